/** How far jobs are behind; asked for when somebody looks. */
import type { Connections } from '../postgres/connections.js'
import type { Metrics } from '../telemetry/metrics.js'
import { jobLag } from './job-lag.js'
import type { Job } from './job.js'

const JOB = 'keelson_job'
const STATE = 'keelson_job_state'

export function measureJobs(metrics: Metrics, connections: Connections, jobs: Iterable<Job>): void {
  const known = [...jobs]
  const lag = metrics.gauge({
    name: 'keelson_job_lag_seconds',
    help: 'How long the job that is due longest has been waiting.',
    labels: [JOB],
  })
  const count = metrics.gauge({
    name: 'keelson_jobs',
    help: 'Jobs that are due, run, or are dead.',
    labels: [JOB, STATE],
  })
  if (known.length === 0) return
  metrics.sample(async () => {
    for (const { name, ready, running, dead, lagMs } of await jobLag(connections, known)) {
      lag.set({ [JOB]: name }, lagMs / 1000)
      for (const [state, jobsIn] of Object.entries({ ready, running, dead }))
        count.set({ [JOB]: name, [STATE]: state }, jobsIn)
    }
  })
}
