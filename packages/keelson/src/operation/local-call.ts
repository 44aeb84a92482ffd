/** A call from within the process: tests, seeds, jobs of one's own, other servers in the same process. */
import type { Actor } from './actor.js'
import { Call } from './call.js'

export interface LocalCallOptions {
  readonly id: string
  readonly actor: Actor | null
  readonly idempotencyKey: string | undefined
}

export class LocalCall extends Call {
  readonly id: string
  readonly ip = undefined

  constructor({ id, actor, idempotencyKey }: LocalCallOptions) {
    super()
    this.id = id
    this.actor = actor
    this.idempotencyKey = idempotencyKey
  }

  header(): undefined {
    return undefined
  }
}
