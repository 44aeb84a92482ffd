/** One use of an operation: who calls, with what, until when. HTTP and in-process executions each have their own. */
import type { Actor } from './actor.js'
import type { Facts } from '../engine/facts.js'
import { traceparentOf, type TraceContext } from '../telemetry/trace-context.js'
import type { RequestInfo } from './context.js'
import { Deadline } from './deadlines.js'
import type { Preconditions } from './preconditions.js'

export abstract class Call extends Deadline implements RequestInfo {
  abstract readonly id: string
  abstract readonly ip: string | undefined
  abstract header(name: string): string | undefined
  /** Whether headers of the protocol speak for the caller: what they leave out was left out. */
  get isHttp(): boolean {
    return false
  }
  actor: Actor | null = null
  idempotencyKey: string | undefined
  preconditions: Preconditions | undefined
  /** A client of `pg` whose transaction the command joins. */
  client: object | undefined
  /** What the engine did with it, where it is a command. */
  facts: Facts | undefined

  /** The trace that it belongs to; undefined for executions without one. */
  get trace(): TraceContext | undefined {
    return undefined
  }

  get traceparent(): string | undefined {
    return this.trace && traceparentOf(this.trace)
  }
}
