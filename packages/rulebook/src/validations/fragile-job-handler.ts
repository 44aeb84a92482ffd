/** Fragile job handler. */
import type { Validation } from '../entry.js'

export const fragileJobHandler: Validation = {
  kind: 'validation',
  id: 'fragile-job-handler',
  title: 'Fragile job handler',
  severity: 'high',
  why: 'Every queue delivers at least once: after a crash, a lost lease or a slow acknowledgement the same job runs again, perhaps at the same time. A handler that does not expect it sends twice, one without a time-out blocks its slot for ever, one without a last attempt burns the processor on a job that can never succeed.',
  looksFor:
    'Workers and consumers (BullMQ, pg-boss, SQS, RabbitMQ, Kafka) in which: a side effect is not guarded by the job’s id or a key; there is no time-out or signal; `attempts` is 1 or without end, without backoff; what fails for good goes nowhere (no dead letters, no alert); errors are caught and the job counts as done; it is acknowledged before the work; payload is changed in place so that the second attempt sees other data; payload holds whole records that are old by then; no schema at entry; a lock shorter than the work.',
  sparesFor: [
    'Handlers that are idempotent by nature: recompute and overwrite, `on conflict do nothing`.',
    'Queues whose defaults cover it, shown in one place.',
    'Steps of a workflow engine that records results.',
    'Jobs whose loss or repetition does not matter, with a remark.',
  ],
  fix: 'Payload of ids and a version, parsed by a schema, treated as frozen. Guard each effect by a unique key. Time-out below the lease, signal to all calls. Five to ten attempts with backoff and jitter, then dead letters with an alert and a way to send them again. Errors that cannot pass end at once.',
  numbers: [
    'BullMQ: a job is tried 1 time by default, its lock lasts 30 s, and it may be taken over as stalled [BullMQ documentation, Retrying failing jobs; lockDuration].',
    'SQS shows a message again after 30 s unless it was deleted [AWS SQS, visibility timeout].',
  ],
  siblings: [
    'dead-letter-queue',
    'missing-idempotency',
    'zombie-worker-acknowledging-late',
    'job-lost-at-deploy',
    'queue-without-metrics',
    'unsafe-deserialisation',
  ],
  covers: [
    'job handler without idempotency, timeout, bounded retries or dead letters',
    'mutation of job payload',
  ],
  wrong: {
    language: 'ts',
    stack: 'BullMQ',
    text: `new Worker('receipts', async (job) => {
  job.data.order.total = job.data.order.total / 100
  await mailer.sendMail(receipt(job.data.order))
  await prisma.order.update({ where: { id: job.data.order.id }, data: { receiptSent: true } })
})`,
  },
  right: {
    language: 'ts',
    stack: 'BullMQ; jobs are added with attempts: 8 and exponential backoff',
    text: `const Job = z.strictObject({ orderId: z.uuid() }).readonly()

const worker = new Worker(
  'receipts',
  async (job) => {
    const parsed = Job.safeParse(job.data)
    if (!parsed.success) throw new UnrecoverableError('payload')
    const order = await prisma.order.findUniqueOrThrow({ where: { id: parsed.data.orderId } })
    if (order.receiptSentAt) return
    const key = \`receipt-\${order.id}\`
    await mailApi.send(receipt(order), { idempotencyKey: key, signal: AbortSignal.timeout(20_000) })
    await prisma.order.updateMany({
      where: { id: order.id, receiptSentAt: null },
      data: { receiptSentAt: new Date() },
    })
  },
  { connection, lockDuration: 60_000, concurrency: 5 },
)
worker.on('failed', (job) => job && job.attemptsMade >= (job.opts.attempts ?? 1) && deadLetters.inc())`,
  },
  executedBy: 'by-hand',
}
