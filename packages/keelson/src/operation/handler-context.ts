/**
 * The contexts that handlers are given. What costs something (log, signal, `id`) is made when a handler asks for it:
 * a getter works with destructuring as a field does.
 */
import type { Reads } from '../engine/vocabulary.js'
import type { Log } from '../telemetry/log.js'
import type { Actor } from './actor.js'
import type { Call } from './call.js'
import type { CommandTransaction } from './command-transaction.js'
import type { CompiledOperation } from './compiled.js'
import type { CommandContext, QueryContext, RequestInfo, Services } from './context.js'
import type { ErrorDeclarations, Fail } from './declared-errors.js'

/** What all handlers of an application share. */
export interface Surroundings {
  readonly log: Log
  readonly services: Services
}

class Context {
  readonly input: unknown
  readonly actor: Actor | null
  readonly request: RequestInfo
  protected readonly call: Call
  readonly #operation: CompiledOperation
  readonly #surroundings: Surroundings

  constructor(operation: CompiledOperation, call: Call, input: unknown, surroundings: Surroundings) {
    this.input = input
    this.actor = call.actor
    this.request = call
    this.call = call
    this.#operation = operation
    this.#surroundings = surroundings
  }

  get fail(): Fail<ErrorDeclarations> {
    return this.#operation.fail
  }

  get signal(): AbortSignal {
    return this.call.signal
  }

  get log(): Log {
    const { id: requestId, trace } = this.call
    const traced = trace === undefined ? {} : { traceId: trace.traceId }
    return this.#surroundings.log.child({ requestId, ...traced, operation: this.#operation.name })
  }

  get services(): Services {
    return this.#surroundings.services
  }
}

export class RunningCommand
  extends Context
  implements CommandContext<unknown, Actor | null, ErrorDeclarations>
{
  readonly tx: CommandTransaction

  constructor(
    operation: CompiledOperation,
    call: Call,
    input: unknown,
    surroundings: Surroundings,
    tx: CommandTransaction,
  ) {
    super(operation, call, input, surroundings)
    this.tx = tx
  }

  get now(): Date {
    return this.tx.now
  }

  get id(): () => string {
    const { tx } = this
    return () => tx.id()
  }
}

export class RunningQuery extends Context implements QueryContext<unknown, Actor | null, ErrorDeclarations> {
  readonly db: Reads
  readonly #nowMs: number

  constructor(
    operation: CompiledOperation,
    call: Call,
    input: unknown,
    surroundings: Surroundings,
    db: Reads,
    nowMs: number,
  ) {
    super(operation, call, input, surroundings)
    this.db = db
    this.#nowMs = nowMs
  }

  get now(): Date {
    return new Date(this.#nowMs)
  }
}
