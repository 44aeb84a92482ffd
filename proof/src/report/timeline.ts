/**
 * Load and latency over time, in at most 720 steps however long the run is: when they are full, two and two become one.
 * A request counts where it ended.
 */
import type { Outcome } from '../history/operation.js'
import { Latencies } from './latencies.js'

export interface TimelineData {
  readonly stepMs: number
  readonly steps: readonly TimelineStep[]
}

export interface TimelineStep {
  readonly ok: number
  readonly refused: number
  readonly unknown: number
  readonly p50Ms: number | null
  readonly p99Ms: number | null
}

type Counts = Record<Outcome['kind'], number>

interface Step {
  readonly counts: Counts
  readonly latencies: Latencies
}

const STEPS_MAX = 720

export class Timeline {
  #stepMs = 1000
  #steps: Step[] = []

  add(endedMs: number, latencyMs: number, kind: Outcome['kind']): void {
    while (endedMs >= this.#stepMs * STEPS_MAX) this.#coarsen()
    const step = this.#stepAt(Math.max(0, Math.floor(endedMs / this.#stepMs)))
    step.counts[kind]++
    step.latencies.add(latencyMs)
  }

  get data(): TimelineData {
    return {
      stepMs: this.#stepMs,
      steps: this.#steps.map(({ counts, latencies }) => ({
        ...counts,
        p50Ms: latencies.quantileMs(0.5),
        p99Ms: latencies.quantileMs(0.99),
      })),
    }
  }

  #stepAt(index: number): Step {
    while (this.#steps.length <= index) this.#steps.push(emptyStep())
    return this.#steps[index]!
  }

  #coarsen(): void {
    const halved: Step[] = []
    for (let index = 0; index < this.#steps.length; index += 2) {
      const merged = this.#steps[index]!
      const next = this.#steps[index + 1]
      if (next !== undefined) mergeInto(merged, next)
      halved.push(merged)
    }
    this.#steps = halved
    this.#stepMs *= 2
  }
}

const emptyStep = (): Step => ({ counts: { ok: 0, refused: 0, unknown: 0 }, latencies: new Latencies() })

function mergeInto(step: Step, next: Step): void {
  for (const kind of ['ok', 'refused', 'unknown'] as const) step.counts[kind] += next.counts[kind]
  step.latencies.addAll(next.latencies)
}
