/** A call that came by HTTP: its request, its reply, and what happens when its time is over. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { KeelsonError } from '../errors.js'
import type { Answer } from '../operation/answer.js'
import { Call } from '../operation/call.js'
import type { TraceContext } from '../telemetry/trace-context.js'
import { NO_ADDRESS } from './fetch.js'
import { sendAnswer } from './reply.js'
import { mayAsk, serverTiming } from './server-timing.js'
import { traceOfRequest } from './trace.js'

export class HttpCall extends Call {
  readonly #request: FastifyRequest
  readonly #reply: FastifyReply
  readonly #timeout: (call: Call) => Answer
  readonly #endsWithCaller: boolean
  readonly #challenge: string | undefined
  readonly #tellsTiming: boolean
  #answered = false
  #watching = false

  /**
   * `timeout` makes the answer to give when the time is over; `endsWithCaller`: nobody needs the work of a caller that
   * hung up. A command is another matter: it was asked for, and comes to its end. `challenge`: see
   * `sendAnswer`. `tellsTiming`: to everybody.
   */
  constructor(
    request: FastifyRequest,
    reply: FastifyReply,
    timeout: (call: Call) => Answer,
    endsWithCaller: boolean,
    challenge: string | undefined,
    tellsTiming: boolean,
  ) {
    super()
    this.#tellsTiming = tellsTiming
    this.#endsWithCaller = endsWithCaller
    this.#request = request
    this.#reply = reply
    this.#timeout = timeout
    this.#challenge = challenge
  }

  override get isHttp(): boolean {
    return true
  }

  override get trace(): TraceContext {
    return traceOfRequest(this.#request)
  }

  get id(): string {
    return this.#request.id
  }

  get ip(): string | undefined {
    const { ip } = this.#request
    return ip === NO_ADDRESS ? undefined : ip
  }

  header(name: string): string | undefined {
    const value = this.#request.raw.headers[name] ?? this.#request.raw.headers[name.toLowerCase()]
    return Array.isArray(value) ? value.join(', ') : value
  }

  /** Of a query also aborted when the caller hangs up; nobody listens for that until a handler asks for the signal. */
  override get signal(): AbortSignal {
    if (this.#endsWithCaller && !this.#watching) {
      this.#watching = true
      this.#reply.raw.once('close', () => {
        if (!this.#answered) this.abort(new Error('The caller hung up.'))
      })
    }
    return super.signal
  }

  /** Whether there is nobody any more who waits for an answer. */
  get isAnswered(): boolean {
    return this.#answered
  }

  /** Answers, unless time has run out before. */
  finish(answer: Answer): void {
    if (this.#answered) return
    this.#answered = true
    const asked = this.#request.raw.headers['x-server-timing'] as string | undefined
    if (this.#tellsTiming || mayAsk(asked, this.actor))
      this.#reply.header('server-timing', serverTiming(this.facts, this.#reply.elapsedTime))
    sendAnswer(this.#reply, this.#request.id, answer, this.#challenge)
  }

  override onExpired(): void {
    this.finish(this.#timeout(this))
    this.abort(new KeelsonError('timeout'))
  }
}
