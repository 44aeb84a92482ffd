/** A call from within the process: tests, seeds, jobs of one's own, other servers in the same process. */
import type { TraceContext } from '../telemetry/trace-context.js'
import type { Actor } from './actor.js'
import { Call } from './call.js'

export interface LocalCallOptions {
  readonly id: string
  readonly actor: Actor | null
  readonly idempotencyKey: string | undefined
  /** The span that it belongs to. */
  readonly trace?: TraceContext | undefined
}

export class LocalCall extends Call {
  readonly id: string
  readonly ip = undefined
  readonly #trace: TraceContext | undefined

  constructor({ id, actor, idempotencyKey, trace }: LocalCallOptions) {
    super()
    this.#trace = trace
    this.id = id
    this.actor = actor
    this.idempotencyKey = idempotencyKey
  }

  override get trace(): TraceContext | undefined {
    return this.#trace
  }

  header(): undefined {
    return undefined
  }
}
