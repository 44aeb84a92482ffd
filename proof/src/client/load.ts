/**
 * Clients in a closed loop: each draws a request, sends it to some process, and draws the next one when it has its answer.
 * A command with a key whose outcome stays open is sent again, to whichever process, until there is a definite answer or
 * the run's grace is over; without a key it is never sent again.
 */
import type { Outcome } from '../history/operation.js'
import { isDefinite } from '../workloads/commands-of.js'
import { pick } from '../workloads/draw.js'
import type { Random, Request, Workload } from '../workloads/workload.js'
import type { Operation } from '../history/operation.js'
import type { History } from './history.js'
import { HttpClient } from './http.js'
import { seededRandom } from './seeded.js'

export interface Target {
  /** The name of the process in the history. */
  readonly name: string
  readonly url: string
}

export interface LoadOptions {
  readonly targets: readonly Target[]
  readonly workloads: readonly Workload[]
  readonly history: History
  readonly seed: number
  readonly clients: number
  /** Milliseconds since the start of the run, monotonic. */
  readonly nowMs: () => number
  /** After which an outcome is unknown. Default 8,000. */
  readonly timeoutMs?: number
  /** How long open commands are sent again after `stop`. Default 15,000. */
  readonly graceMs?: number
  /** Told of every operation, for a timeline. */
  readonly onOperation?: (operation: Operation) => void
}

const BACKOFF_MS = { first: 20, last: 1000 }

export class Load {
  readonly #options: LoadOptions
  readonly #http: HttpClient
  readonly #ended: Promise<unknown>
  #deadlineMs = Infinity

  /** Starts at once. */
  constructor(options: LoadOptions) {
    this.#options = options
    this.#http = new HttpClient(options.timeoutMs ?? 8000)
    this.#ended = Promise.all(Array.from({ length: options.clients }, (_, client) => this.#run(client)))
  }

  /** No new commands; resolves when every open one has its answer, or when grace is over. */
  async stop(): Promise<void> {
    this.#deadlineMs = this.#options.nowMs() + (this.#options.graceMs ?? 15_000)
    await this.#ended
    this.#http.close()
  }

  get #isStopping(): boolean {
    return this.#deadlineMs !== Infinity
  }

  async #run(client: number): Promise<void> {
    const { workloads, history, seed } = this.#options
    const random = seededRandom(seed, client)
    while (!this.#isStopping && !history.isFull) {
      const workload = pick(random, workloads)
      await this.#see(workload.next(random, client), workload.name, client, random)
    }
  }

  /** One command, to its end. */
  async #see(request: Request, workload: string, client: number, random: Random): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      const operation = await this.#send(request, workload, client, random)
      if (isDefinite(operation)) return
      const { outcome } = operation
      // Another body under a known key: that is the answer.
      if (outcome.kind === 'refused' && outcome.code === 'idempotency_key_reused') return
      const waitMs = random() * Math.min(BACKOFF_MS.last, BACKOFF_MS.first * 2 ** attempt)
      await this.#pause(waitMs)
      if (request.key === undefined || this.#options.nowMs() >= this.#deadlineMs) return
    }
  }

  async #send(request: Request, workload: string, client: number, random: Random): Promise<Operation> {
    const { targets, history, nowMs, onOperation } = this.#options
    const target = pick(random, targets)
    const id = history.nextId()
    const invokedMs = nowMs()
    const outcome: Outcome = await this.#http.send(target.url, request)
    const { name, input, key } = request
    const process = target.name
    const operation = {
      id,
      client,
      workload,
      name,
      input,
      key,
      process,
      invokedMs,
      completedMs: nowMs(),
      outcome,
    }
    history.add(operation)
    onOperation?.(operation)
    return operation
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, ms))
  }
}
