/** One use of an operation: who calls, with what, until when. HTTP and in-process executions each have their own. */
import type { Actor } from './actor.js'
import type { RequestInfo } from './context.js'
import { Deadline } from './deadlines.js'

export abstract class Call extends Deadline implements RequestInfo {
  abstract readonly id: string
  abstract readonly ip: string | undefined
  abstract header(name: string): string | undefined
  actor: Actor | null = null
  idempotencyKey: string | undefined
}
