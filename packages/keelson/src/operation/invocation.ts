/** One execution of a command, as the engine takes it: the handler, its answer, and its once-only key. */
import type { Cursors } from '../engine/cursor.js'
import { Facts } from '../engine/facts.js'
import type { Claim, Invocation } from '../engine/invocation.js'
import type { Outcome } from '../engine/outcome.js'
import type { Transaction } from '../engine/transaction.js'
import { KeelsonError } from '../errors.js'
import { claimOf } from '../idempotency/claim.js'
import type { Job } from '../jobs/job.js'
import { refusal, replay, success, type Answer, type RenderProblem } from './answer.js'
import type { AnswerHeaders } from './answer-headers.js'
import { admit, authorise } from './access.js'
import type { Actor } from './actor.js'
import type { Call } from './call.js'
import type { Caller, CommandTransaction } from './command-transaction.js'
import type { CompiledOperation } from './compiled.js'
import type { Command, Operation } from './definition.js'
import type { CursorKeys } from './cursor-keys.js'
import { BoundCursors } from './cursors.js'
import { RunningCommand, type Surroundings } from './handler-context.js'
import { runOnVersion } from './versioned-row.js'

/** What a handler came to, already in the form in which it leaves. */
export interface Written {
  /** JSON data; undefined where nothing is answered. */
  readonly wire: unknown
  readonly headers: AnswerHeaders | undefined
}

/**
 * For whom once-only keys of this process itself count, where it names no caller: not for anonymous callers, who must not
 * meet them. No caller is called so.
 */
const PROCESS = '\u0000process'

/** Commands call commands; deeper than this is a circle. */
export const CALL_DEPTH_MAX = 16

export interface InvocationParts extends Surroundings {
  readonly operations: ReadonlyMap<Operation, CompiledOperation>
  readonly render: RenderProblem
  /** See `app({ auth: { groupKey } })`. */
  readonly groupKey?: ((actor: Actor | null) => string | undefined) | undefined
  /** All jobs of the application. */
  readonly jobs: ReadonlySet<Job>
  readonly cursorKeys: CursorKeys
}

export class CommandInvocation implements Invocation<Written, Answer>, Caller {
  readonly name: string
  readonly claim: Claim<Answer> | undefined
  readonly groupKey: string | undefined
  readonly facts = new Facts()
  readonly #operation: CompiledOperation
  readonly #call: Call
  readonly #raw: unknown
  /** What the first run is given; undefined afterwards. */
  #parsed: { readonly input: unknown } | undefined
  readonly #parts: InvocationParts

  /** `raw` is the input as it was sent, `input` what validation made of it. */
  constructor(
    operation: CompiledOperation,
    call: Call,
    raw: unknown,
    input: unknown,
    parts: InvocationParts,
  ) {
    this.name = operation.name
    this.#operation = operation
    this.#call = call
    call.facts = this.facts
    this.#raw = raw
    this.#parsed = { input }
    this.#parts = parts
    this.groupKey = parts.groupKey?.(call.actor)
    this.claim = call.idempotencyKey === undefined ? undefined : this.#claim(call.idempotencyKey, raw)
  }

  async run(tx: Transaction): Promise<Written> {
    const own = tx as CommandTransaction
    own.begin(this)
    const input = await this.#freshInput()
    const { versionedRow } = this.#operation
    const { preconditions } = this.#call
    const handle = (): Promise<unknown> => this.#handle(this.#operation, input, own)
    const value =
      versionedRow === undefined || preconditions === undefined
        ? await handle()
        : await runOnVersion(versionedRow, preconditions, input, own, handle)
    return written(this.#operation, value)
  }

  answer(outcome: Outcome<Written>): Answer {
    if (!outcome.ok) return this.#refuse(outcome.error)
    const { wire, headers } = outcome.value
    return success(this.#operation.status, wire === undefined ? null : JSON.stringify(wire), headers)
  }

  get cursors(): Cursors {
    const { cursorKeys } = this.#parts
    const callerId = this.#call.actor?.id ?? null
    return new BoundCursors(cursorKeys, { operation: this.name, callerId, raw: this.#raw })
  }

  async call(command: Command, raw: unknown, tx: CommandTransaction): Promise<unknown> {
    const operation = this.#parts.operations.get(command)
    if (operation === undefined)
      throw misuse(`tx.call: \`${command.name}\` belongs to no module of the app: list it in one.`)
    if (tx.depth >= CALL_DEPTH_MAX)
      throw misuse(`tx.call: \`${command.name}\` is ${CALL_DEPTH_MAX} calls deep, which must be a circle.`)
    admit(operation.allow, this.#call.actor)
    const parsed = await operation.parse(raw)
    if (!parsed.ok) {
      const wrong = parsed.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')
      throw misuse(`tx.call: \`${command.name}\` does not take this input: ${wrong}.`)
    }
    await authorise(operation.allow, this.#call.actor, parsed.value)
    tx.depth++
    try {
      return await this.#handle(operation, parsed.value, tx)
    } finally {
      tx.depth--
    }
  }

  get traceparent(): string | undefined {
    return this.#call.traceparent
  }

  knows(job: Job): boolean {
    return this.#parts.jobs.has(job)
  }

  async #handle(operation: CompiledOperation, input: unknown, tx: CommandTransaction): Promise<unknown> {
    const context = new RunningCommand(operation, this.#call, input, this.#parts, tx)
    try {
      return await operation.run(context as never)
    } finally {
      tx.throwFailure()
    }
  }

  /** A handler may have changed its input: the next run gets one of its own. */
  async #freshInput(): Promise<unknown> {
    const first = this.#parsed
    this.#parsed = undefined
    if (first !== undefined) return first.input
    const parsed = await this.#operation.parse(this.#raw)
    if (!parsed.ok)
      throw new KeelsonError('internal', { cause: new Error('The input was valid and is not any more.') })
    return parsed.value
  }

  #claim(idempotencyKey: string, raw: unknown): Claim<Answer> {
    const { preconditions } = this.#call
    return claimOf<Answer>({
      callerId: this.#call.actor?.id ?? (this.#call.isHttp ? null : PROCESS),
      operation: this.name,
      idempotencyKey,
      // A request with another precondition is another request.
      rawInput: preconditions === undefined ? raw : [preconditions.sent, raw],
      replay,
      refuse: (error) => this.#refuse(error),
    })
  }

  #refuse(error: unknown): Answer {
    return refusal(error, this.#call.id, this.#parts.render)
  }
}

const misuse = (message: string): KeelsonError => new KeelsonError('invalid_use', { message })

/** The handler's value as it leaves. Rejects with `output_invalid` where it is not what was declared. */
export function written(operation: CompiledOperation, value: unknown): Written | Promise<Written> {
  if (operation.encode === undefined) return { wire: undefined, headers: operation.headers?.(value) }
  const encoded = operation.encode(value)
  if (encoded instanceof Promise) return encoded.then((result) => leaving(operation, value, result))
  return leaving(operation, value, encoded)
}

function leaving(
  operation: CompiledOperation,
  value: unknown,
  encoded: Awaited<ReturnType<NonNullable<CompiledOperation['encode']>>>,
): Written {
  if (encoded.ok) return { wire: encoded.value, headers: operation.headers?.(value) }
  const wrong = encoded.issues
    .map(({ path, message }) => `${path.join('.') || 'the whole'}: ${message}`)
    .join('; ')
  throw new KeelsonError('output_invalid', {
    message: `\`${operation.name}\` answered with what it does not declare: ${wrong}`,
  })
}
