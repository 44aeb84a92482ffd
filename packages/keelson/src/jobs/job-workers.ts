/** What a process does about jobs in the background. */
import type { Log } from '../telemetry/log.js'
import type { Background } from '../work/background.js'
import type { Job } from './job.js'
import type { Tracing } from '../telemetry/tracing.js'
import { traceAttempts } from './attempt-spans.js'
import { JobWatch } from './job-watch.js'
import { JobWorker } from './job-worker.js'
import type { RunJob } from './running-job.js'

export interface JobWorkersParts {
  readonly jobs: readonly Job[]
  readonly run: RunJob
  readonly tracing: Tracing | undefined
  readonly placesMax: number
  readonly drainTimeoutMs: number
  readonly log: Log
}

/** Of the time for stopping, what running jobs may take; the rest is for handing back. */
const RUNNING_SHARE = 0.8

/** An application without jobs needs none. */
export function addJobWorkers(background: Background, parts: JobWorkersParts): void {
  const { jobs, run, tracing, placesMax, drainTimeoutMs, log } = parts
  if (jobs.length === 0) return
  const { connections, leases, wakeUps, scheduler, random } = background
  const stopMs = drainTimeoutMs * RUNNING_SHARE
  const worker = new JobWorker({
    connections,
    leases,
    wakeUps,
    jobs,
    run,
    traceAttempt: tracing && traceAttempts(tracing),
    placesMax,
    stopMs,
    scheduler,
    random,
    log,
  })
  background.add(worker)
  background.add(new JobWatch({ connections, wakeUps, log, running: () => worker.running }))
}
