/**
 * Clients in a closed loop: each draws a request, sends it to some process, and draws the next one when it has its answer.
 * A command with a key whose outcome stays open is sent again, to whichever process, until there is a definite answer or
 * the load is broken off; without a key it is never sent again.
 */
import type { Operation } from '../history/operation.js'
import type { Load, LoadOptions } from '../run/parts.js'
import { isDefinite } from '../workloads/commands-of.js'
import { pick } from '../workloads/draw.js'
import type { Random, Request } from '../workloads/workload.js'
import { HttpClient } from './http.js'

const BACKOFF_MS = { first: 20, last: 1000 }
/** After which an outcome is unknown. */
const TIMEOUT_MS = 8000

export const startLoad = (options: LoadOptions): Load => new ClosedLoop(options)

class ClosedLoop implements Load {
  readonly #options: LoadOptions
  readonly #http = new HttpClient(TIMEOUT_MS)
  readonly #ended: Promise<unknown>
  readonly #wakes = new Set<() => void>()
  #outstanding = 0
  #isStopping = false
  #isAborted = false

  /** Starts at once. */
  constructor(options: LoadOptions) {
    this.#options = options
    this.#ended = Promise.all(Array.from({ length: options.clients }, (_, client) => this.#run(client)))
  }

  get outstanding(): number {
    return this.#outstanding
  }

  stop(): void {
    this.#isStopping = true
  }

  async abort(): Promise<void> {
    this.#isStopping = true
    this.#isAborted = true
    for (const wake of this.#wakes) wake()
    this.#http.close()
    await this.#ended
  }

  async #run(client: number): Promise<void> {
    const { workloads, randomOf } = this.#options
    const random = randomOf(client)
    while (!this.#isStopping) {
      const workload = pick(random, workloads)
      this.#outstanding++
      await this.#see(workload.next(random, client), workload.name, client, random)
      this.#outstanding--
    }
  }

  /** One command, to its end. */
  async #see(request: Request, workload: string, client: number, random: Random): Promise<void> {
    for (let attempt = 0; !this.#isAborted; attempt++) {
      const operation = await this.#send(request, workload, client, random)
      if (isDefinite(operation) || request.key === undefined) return
      const { outcome } = operation
      // Another body under a known key: that is the answer.
      if (outcome.kind === 'refused' && outcome.code === 'idempotency_key_reused') return
      await this.#pause(random() * Math.min(BACKOFF_MS.last, BACKOFF_MS.first * 2 ** attempt))
    }
  }

  async #send(request: Request, workload: string, client: number, random: Random): Promise<Operation> {
    const { apps, nextId, nowMs, record } = this.#options
    const app = pick(random, apps)
    const id = nextId()
    const invokedMs = nowMs()
    const outcome = await this.#http.send(app.url, request)
    const { name, input, key } = request
    const completedMs = nowMs()
    const operation = {
      id,
      client,
      workload,
      name,
      input,
      key,
      process: app.name,
      invokedMs,
      completedMs,
      outcome,
    }
    record(operation)
    return operation
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer)
        this.#wakes.delete(wake)
        resolve()
      }
      const timer = setTimeout(wake, ms)
      this.#wakes.add(wake)
    })
  }
}
