/** Queue without metrics. */
import type { Validation } from '../entry.js'

export const queueWithoutMetrics: Validation = {
  kind: 'validation',
  id: 'queue-without-metrics',
  title: 'Queue without metrics',
  severity: 'medium',
  why: 'A queue hides failure: requests answer 202 in five milliseconds while nothing has been worked off since midnight. The length alone does not tell, as it is high at every peak; the age of the oldest job does.',
  looksFor:
    'Queues, outboxes, consumers and schedulers for which nothing exports: age of the oldest waiting job (or consumer lag in time), number by state, rate and duration by kind and outcome, retries, dead letters, the last success of each schedule; metrics with job ids as labels; no alert on age and dead letters.',
  sparesFor: [
    'Managed queues whose own metrics are alerted on, in the repository’s Terraform or rules.',
    'BullMQ or pg-boss with an exporter.',
    'Queues of work that may be dropped, with a counter of drops.',
  ],
  fix: 'Export the gauges from one process by a cheap query, histograms from workers; alert on age against the promise (“mails within a minute”), on growth of dead letters, and on a schedule that is overdue.',
  numbers: [
    'Age in seconds is independent of load; alert at 2 times what you promise, sustained for 5 minutes [Google SRE Workbook, Alerting on SLOs, by analogy to burn rates].',
  ],
  siblings: [
    'fragile-job-handler',
    'dead-letter-queue',
    'bounded-queues',
    'error-budget',
    'health-check-that-lies',
  ],
  covers: ['missing metrics on queues'],
  wrong: {
    language: 'ts',
    stack: 'BullMQ',
    text: `const queue = new Queue('mails', { connection })
new Worker('mails', send, { connection })`,
  },
  right: {
    language: 'ts',
    stack: 'BullMQ and prom-client',
    text: `const oldest = new Gauge({
  name: 'job_oldest_waiting_seconds',
  help: 'Age of the oldest waiting job',
  labelNames: ['queue'],
  async collect() {
    const [job] = await queue.getWaiting(0, 0)
    this.set({ queue: 'mails' }, job ? (Date.now() - job.timestamp) / 1000 : 0)
  },
})
const seconds = new Histogram({
  name: 'job_duration_seconds',
  help: 'Duration of jobs',
  labelNames: ['queue', 'outcome'],
})`,
  },
  executedBy: 'by-hand',
}
