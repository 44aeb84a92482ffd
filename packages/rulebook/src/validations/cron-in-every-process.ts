/** Cron in every process. */
import type { Validation } from '../entry.js'

export const cronInEveryProcess: Validation = {
  kind: 'validation',
  id: 'cron-in-every-process',
  title: 'Cron in every process',
  severity: 'medium',
  why: 'A timer in the code of the service fires in each of its processes: four invoices for each customer, four mails. With one process it fires never when that process is being replaced at the minute in question, and nobody hears of a run that did not happen.',
  looksFor:
    '`node-cron`, `@Cron` and `@Interval` of Nest, `setInterval`, Bree, Agenda without locking, in a process that may run more than once, for work with effects; no lock or unique key for the run; no guard against a run that overlaps the one before; no catching up of missed runs; schedules in local time at an hour that summer time skips or repeats.',
  sparesFor: [
    'Per-process upkeep: refresh of a cache, metrics, heartbeats.',
    'Schedules of a queue that are unique by key (pg-boss `schedule`, BullMQ job schedulers, graphile-worker crontab), Kubernetes CronJob with `concurrencyPolicy: Forbid`.',
    'Runs under an advisory lock, or idempotent by a unique row for each period.',
  ],
  fix: 'Let the schedule enqueue one job for each period with a key of the period, and let workers do it idempotently. Record the last success and alert on its age.',
  numbers: [
    'In Central Europe 02:30 does not exist on the last Sunday of March and occurs 2 times on that of October [IANA time zone database].',
  ],
  siblings: ['state-in-memory', 'fragile-job-handler', 'clock-skew-and-time-zones', 'migration-race-at-boot'],
  covers: [],
  wrong: {
    language: 'ts',
    stack: 'NestJS',
    text: `@Cron('0 2 * * *')
async invoice() {
  for (const customer of await this.customers.due()) await this.billing.charge(customer)
}`,
  },
  right: {
    language: 'ts',
    stack: 'NestJS and pg-boss',
    text: `async onModuleInit() {
  await this.boss.createQueue('charge', { retryLimit: 8, retryBackoff: true })
  await this.boss.createQueue('invoice-month')
  await this.boss.schedule('invoice-month', '0 2 1 * *', {}, { tz: 'UTC' })
  await this.boss.work('invoice-month', () => this.enqueueEachDue())
}

private async enqueueEachDue() {
  const period = new Date().toISOString().slice(0, 7)
  for await (const batch of this.customers.dueInBatches(500))
    await this.boss.insert(
      'charge',
      batch.map(({ id }) => ({ data: { id, period }, singletonKey: \`\${id} \${period}\` })),
    )
}`,
  },
  executedBy: 'by-hand',
}
