/** Executes an operation for code of the same process: the way of a request, with a value instead of a response. */
import { KeelsonError } from '../errors.js'
import { checkIdempotencyKey } from '../idempotency/key.js'
import { parserOf, type Parser } from '../schema/parser.js'
import type { TraceContext } from '../telemetry/trace-context.js'
import type { Actor } from './actor.js'
import type { Answer } from './answer.js'
import type { CompiledOperation } from './compiled.js'
import type { Operation } from './definition.js'
import type { Version } from './http-declaration.js'
import { LocalCall } from './local-call.js'
import type { Pipeline } from './pipeline.js'
import { preconditionOn } from './preconditions.js'
import type { Problem } from './problem.js'

export interface ExecuteOptions {
  /** The caller. Default: nobody, as of a request without a key. */
  readonly as?: Actor | null
  /** As the header of that name; for commands. */
  readonly idempotencyKey?: string
  /**
   * For commands whose `http.etag` is a column: executes only where the row is at this version, or, with `null`, where
   * there is none yet; else rejects with `precondition_failed`. Holds until the commit, as `If-Match` does.
   */
  readonly ifVersion?: Version | null | undefined
  /**
   * A client of `pg` in a transaction that you have begun: the command runs in it, behind a savepoint, and takes effect
   * when you commit, with its events, jobs and the answer under its key. Until then all commands that touch its tables
   * wait. Await it before you use the client again.
   */
  readonly client?: TransactionClient
}

/** For parts of Keelson that execute what belongs to a trace. */
export interface TracedExecuteOptions extends ExecuteOptions {
  /** The span that it belongs to, where the caller is in none of its own. */
  readonly trace?: TraceContext | undefined
}

/** As much of `pg.Client` and `pg.PoolClient` as must be told from other things. */
export interface TransactionClient {
  query(...given: never[]): unknown
}

/** The span in which the caller is running; undefined where it is in none, or nobody traces. */
export type ActiveTrace = () => TraceContext | undefined

export class LocalExecutor {
  readonly #operations: ReadonlyMap<Operation, CompiledOperation>
  readonly #pipeline: Pipeline
  readonly #newId: () => string
  readonly #activeTrace: ActiveTrace
  readonly #parsers = new Map<CompiledOperation, Parser<unknown>>()

  constructor(
    operations: ReadonlyMap<Operation, CompiledOperation>,
    pipeline: Pipeline,
    newId: () => string,
    activeTrace: ActiveTrace,
  ) {
    this.#operations = operations
    this.#pipeline = pipeline
    this.#newId = newId
    this.#activeTrace = activeTrace
  }

  /**
   * The operation's value, read from the very answer that a client would get. Rejects with the KeelsonError that the
   * answer tells of, and with `invalid_use` where the operation belongs to no module of the application.
   */
  async execute<I, O>(operation: Operation<I, O>, input: I, options: TracedExecuteOptions = {}): Promise<O> {
    const compiled = this.#operations.get(operation)
    if (compiled === undefined) {
      throw new KeelsonError('invalid_use', {
        message: `\`${operation.name}\` belongs to no module of the app: list it in one.`,
      })
    }
    const { as: actor = null, idempotencyKey, ifVersion, client } = options
    const trace = this.#activeTrace() ?? options.trace
    if (idempotencyKey !== undefined) checkIdempotencyKey(idempotencyKey)
    const call = new LocalCall({ id: this.#newId(), actor, idempotencyKey, trace })
    call.client = client
    if (ifVersion !== undefined) {
      if (compiled.kind === 'query' || compiled.versionedRow === undefined) throw withoutVersions(operation)
      call.preconditions = preconditionOn(ifVersion)
    }
    const answer = await this.#pipeline.execute(compiled, call, input)
    // Hidden from clients; whoever gave a client that cannot be joined is to know why.
    const inside = client === undefined ? undefined : answer.error?.cause
    if (inside instanceof KeelsonError && inside.code === 'invalid_use') throw inside
    return (await this.#valueOf(compiled, answer)) as O
  }

  async #valueOf(operation: CompiledOperation, answer: Answer): Promise<unknown> {
    if (answer.status >= 400) throw answer.error ?? errorOf(JSON.parse(answer.body!) as Problem)
    const { output } = operation.operation.definition
    if (answer.body === null || output === undefined) return undefined
    let parse = this.#parsers.get(operation)
    if (parse === undefined) this.#parsers.set(operation, (parse = parserOf<unknown>(output)))
    const parsed = await parse(JSON.parse(answer.body))
    if (parsed.ok) return parsed.value
    throw new KeelsonError('internal', {
      cause: new Error(`The answer of \`${operation.name}\` does not fit its output.`),
    })
  }
}

const withoutVersions = ({ name }: Operation): KeelsonError =>
  new KeelsonError('invalid_use', {
    message: `\`ifVersion\`: \`${name}\` changes nothing that has a version: name its column in \`http.etag\` of a command.`,
  })

/** A stored refusal, as the error that it once was. */
function errorOf({
  type: _type,
  title,
  status,
  detail,
  code,
  requestId: _requestId,
  ...details
}: Problem): KeelsonError {
  return new KeelsonError(
    { code, status, title, retryable: false },
    detail === undefined ? { details } : { message: detail, details },
  )
}
