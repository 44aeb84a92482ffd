/**
 * The routes of operations, and the way of a request through them: tell the caller, read the input, execute, answer.
 * No hook, timer or controller is made for a request that does not need one.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Authenticate } from '../auth/authenticator.js'
import { KeelsonError } from '../errors.js'
import { readIdempotencyKey } from '../idempotency/key.js'
import { refusal, type Answer, type RenderProblem } from '../operation/answer.js'
import type { Call } from '../operation/call.js'
import type { CompiledOperation } from '../operation/compiled.js'
import { Deadlines } from '../operation/deadlines.js'
import type { Pipeline } from '../operation/pipeline.js'
import { readPreconditions } from '../operation/preconditions.js'
import type { Scheduler } from '../internal/clock.js'
import { conditional } from './conditional.js'
import { HttpCall } from './http-call.js'
import { acceptsJson } from './negotiation.js'
import { inputReader, type ReadInput } from './read-input.js'
import { attribute } from './request-log.js'
import { spanOf } from './request-spans.js'

export interface RouteParts {
  readonly operations: readonly CompiledOperation[]
  readonly prefix: string
  readonly pipeline: Pipeline
  readonly authenticate: Authenticate
  /** `WWW-Authenticate` of a scheme of one's own. */
  readonly challenge: string | undefined
  readonly render: RenderProblem
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly scheduler: Scheduler
  /** For operations that do not say their own. */
  readonly timeoutMs: number
  /** Whether each answer says where its time went. */
  readonly development: boolean
}

/** How late a time limit may be noticed. */
const TICK_MS = 250

export class OperationRoutes {
  readonly #parts: RouteParts
  readonly #deadlines = new Map<number, Deadlines>()
  #stopTicking: () => void = () => undefined

  constructor(parts: RouteParts) {
    this.#parts = parts
  }

  register(fastify: FastifyInstance): void {
    for (const operation of this.#parts.operations) {
      if (operation.route === undefined) continue
      const { method, path } = operation.route
      const url = this.#parts.prefix + path
      const deadlines = this.#deadlinesOf(operation.timeoutMs ?? this.#parts.timeoutMs)
      const read = inputReader(operation)
      fastify.route({
        method,
        url,
        handler: (request, reply) => this.#serve(operation, read, deadlines, request, reply),
      })
    }
    fastify.addHook('onReady', (done) => {
      this.#tick()
      done()
    })
  }

  /** Ends the watch over time limits; once no request is under way. */
  stop(): void {
    this.#stopTicking()
  }

  #serve(
    operation: CompiledOperation,
    read: ReadInput,
    deadlines: Deadlines,
    request: FastifyRequest,
    reply: FastifyReply,
  ): void {
    const { challenge, development } = this.#parts
    const endsWithCaller = operation.kind === 'query'
    const call = new HttpCall(request, reply, this.#timeout, endsWithCaller, challenge, development)
    attribute(request, call)
    deadlines.enter(call, this.#parts.now())
    void this.#respond(operation, read, deadlines, request, call)
  }

  /** Never rejects: see Pipeline. */
  async #respond(
    operation: CompiledOperation,
    read: ReadInput,
    deadlines: Deadlines,
    request: FastifyRequest,
    call: HttpCall,
  ): Promise<void> {
    const span = spanOf(request)
    const answer = await (span === undefined
      ? this.#answer(operation, read, request, call)
      : span.within(() => this.#answer(operation, read, request, call)))
    deadlines.leave(call)
    call.finish(answer)
  }

  async #answer(
    operation: CompiledOperation,
    read: ReadInput,
    request: FastifyRequest,
    call: HttpCall,
  ): Promise<Answer> {
    const { pipeline } = this.#parts
    const { headers } = request.raw
    let raw: unknown
    try {
      if (operation.encode !== undefined && !acceptsJson(headers.accept))
        throw new KeelsonError('not_acceptable')
      const actor = this.#parts.authenticate(call)
      call.actor = actor instanceof Promise ? await actor : actor
      // Nobody waits any more: what was not begun is not begun.
      if (call.isAnswered) throw new KeelsonError('timeout')
      if (operation.kind === 'command') {
        const key = headers['idempotency-key'] as string | undefined
        if (key !== undefined) call.idempotencyKey = readIdempotencyKey(key)
      }
      if (operation.kind === 'command' || operation.route?.etag !== undefined)
        call.preconditions = readPreconditions(headers['if-match'], headers['if-none-match'])
      raw = read(request)
    } catch (error) {
      return pipeline.refuse(operation, call, error)
    }
    const answer = await pipeline.execute(operation, call, raw)
    if (operation.kind === 'command' || call.preconditions === undefined) return answer
    try {
      return conditional(answer, call.preconditions)
    } catch (error) {
      return pipeline.refuse(operation, call, error)
    }
  }

  readonly #timeout = (call: Call): Answer =>
    refusal(new KeelsonError('timeout'), call.id, this.#parts.render)

  #deadlinesOf(limitMs: number): Deadlines {
    let deadlines = this.#deadlines.get(limitMs)
    if (deadlines === undefined) this.#deadlines.set(limitMs, (deadlines = new Deadlines(limitMs)))
    return deadlines
  }

  #tick(): void {
    this.#stopTicking = this.#parts.scheduler.after(TICK_MS, () => {
      for (const deadlines of this.#deadlines.values()) deadlines.expire(this.#parts.now())
      this.#tick()
    })
  }
}
