/** Looks after claims, every other second: frees those of lost processes, and tells running jobs whose own is gone. */
import type { Connections } from '../postgres/connections.js'
import type { Log } from '../telemetry/log.js'
import type { WakeUps } from '../work/wake-ups.js'
import type { Work } from '../work/worker.js'
import { claimKey } from './claim.js'
import { JOBS } from './enqueued.js'
import { lostClaims, rescueJobs } from './rescue.js'
import type { RunningJob } from './running-job.js'

export interface JobWatchParts {
  readonly connections: Connections
  readonly wakeUps: WakeUps
  readonly log: Log
  /** What runs in this process. */
  readonly running: () => readonly RunningJob[]
}

const EVERY_MS = 2000

export class JobWatch implements Work {
  readonly name = 'watch over jobs'
  readonly wakeOn: readonly string[] = []
  readonly #parts: JobWatchParts

  constructor(parts: JobWatchParts) {
    this.#parts = parts
  }

  async runOnce(): Promise<number> {
    const { connections, wakeUps, log } = this.#parts
    const running = new Map(this.#parts.running().map((one) => [claimKey(one.claimed), one]))
    if (running.size > 0) {
      const claims = [...running.values()].map(({ claimed }) => claimed)
      for (const lost of await lostClaims(connections, claims))
        running.get(claimKey(lost))!.release('The job was cancelled, or given to another process.')
    }
    const rescued = await rescueJobs(connections)
    if (rescued > 0) {
      log.warn({ jobs: rescued }, 'Jobs of processes that were lost are free again.')
      wakeUps.signal(JOBS.name)
    }
    return EVERY_MS
  }
}
