/**
 * The way of every request, whatever it came by: admit the caller, validate the input, authorise, execute, respond.
 * Never rejects: whatever happens becomes an answer.
 */
import type { Invocation } from '../engine/invocation.js'
import type { OpenReader } from '../engine/reader.js'
import { KeelsonError } from '../errors.js'
import { requireUnguessable } from '../idempotency/key.js'
import { admit, authorise } from './access.js'
import { refusal, success, type Answer } from './answer.js'
import type { Call } from './call.js'
import type { NoteCommand } from './command-metrics.js'
import type { CompiledOperation } from './compiled.js'
import { BoundCursors } from './cursors.js'
import { RunningQuery } from './handler-context.js'
import { invalidInput } from './input-errors.js'
import { CommandInvocation, written, type InvocationParts } from './invocation.js'

/** What executes commands: the engine. */
export interface Executor {
  execute<R, A>(invocation: Invocation<R, A>, client?: object): Promise<A>
}

export interface PipelineParts extends InvocationParts {
  readonly engine: Executor
  /** Told what the engine did with each command. */
  readonly noteCommand?: NoteCommand | undefined
  readonly openReader: OpenReader
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

export class Pipeline {
  readonly #parts: PipelineParts

  constructor(parts: PipelineParts) {
    this.#parts = parts
  }

  /** `raw` is what was sent, put together from path, query string and body. */
  async execute(operation: CompiledOperation, call: Call, raw: unknown): Promise<Answer> {
    try {
      admit(operation.allow, call.actor)
      if (operation.kind === 'command') checkKey(operation, call)
      let parsed = operation.parse(raw)
      if (parsed instanceof Promise) parsed = await parsed
      if (!parsed.ok) throw invalidInput(parsed.issues, raw, operation)
      const verdict = authorise(operation.allow, call.actor, parsed.value)
      if (verdict !== undefined) await verdict
      if (call.client !== undefined && operation.kind === 'query') throw readsOnly()
      if (operation.kind === 'query') return await this.#query(operation, call, raw, parsed.value)
      checkPreconditions(operation, call)
      const answer = await this.#parts.engine.execute(
        new CommandInvocation(operation, call, raw, parsed.value, this.#parts),
        call.client,
      )
      if (call.facts !== undefined) this.#parts.noteCommand?.(call.facts, operation.name)
      if (answer.status >= 500) this.#report(operation, call, answer.error)
      return answer
    } catch (error) {
      return this.refuse(operation, call, error)
    }
  }

  /** The input of what executes itself, once the caller may use it; rejects otherwise. */
  async enter(operation: CompiledOperation, call: Call, raw: unknown): Promise<unknown> {
    admit(operation.allow, call.actor)
    const parsed = await operation.parse(raw)
    if (!parsed.ok) throw invalidInput(parsed.issues, raw, operation)
    await authorise(operation.allow, call.actor, parsed.value)
    return parsed.value
  }

  /** The answer to a request that did not get as far as being executed. */
  refuse(operation: CompiledOperation, call: Call, error: unknown): Answer {
    const answer = refusal(error, call.id, this.#parts.render)
    if (answer.status >= 500) this.#report(operation, call, answer.error)
    return answer
  }

  async #query(operation: CompiledOperation, call: Call, raw: unknown, input: unknown): Promise<Answer> {
    const { openReader, now, cursorKeys } = this.#parts
    const cursors = new BoundCursors(cursorKeys, {
      operation: operation.name,
      callerId: call.actor?.id ?? null,
      raw,
    })
    const value = await operation.run(
      new RunningQuery(operation, call, input, this.#parts, openReader(cursors), now()) as never,
    )
    const result = written(operation, value)
    const { wire, headers } = result instanceof Promise ? await result : result
    return success(operation.status, JSON.stringify(wire), headers)
  }

  #report(operation: CompiledOperation, call: Call, error: KeelsonError | undefined): void {
    const err = error?.cause ?? error
    const traced = call.trace === undefined ? {} : { traceId: call.trace.traceId }
    this.#parts.log.error(
      { err, requestId: call.id, ...traced, operation: operation.name, code: error?.code },
      'An operation failed.',
    )
  }
}

/** Throws `idempotency_key_required`, and `invalid_idempotency_key` for one that strangers could guess. */
function checkKey({ requiresKey }: CompiledOperation, { idempotencyKey, actor, isHttp }: Call): void {
  if (idempotencyKey === undefined) {
    if (requiresKey && isHttp) throw new KeelsonError('idempotency_key_required')
  } else if (actor === null && isHttp) requireUnguessable(idempotencyKey)
}

/** Throws `precondition_required`; `precondition_failed` where a condition is sent that nothing here can tell. */
function checkPreconditions({ route, versionedRow }: CompiledOperation, call: Call): void {
  if (call.preconditions === undefined) {
    if (route?.ifMatch === 'required' && call.isHttp) throw new KeelsonError('precondition_required')
  } else if (versionedRow === undefined) {
    throw new KeelsonError('precondition_failed', {
      message: 'This operation has no versions to compare with.',
    })
  }
}

const readsOnly = (): KeelsonError =>
  new KeelsonError('invalid_use', {
    message:
      '`client` is for commands: a query reads what is committed. Read in the transaction itself, or by a command.',
  })
