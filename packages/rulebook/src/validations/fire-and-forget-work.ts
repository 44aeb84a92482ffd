/** Work started and left behind. */
import type { Validation } from '../entry.js'

export const fireAndForgetWork: Validation = {
  kind: 'validation',
  id: 'fire-and-forget-work',
  title: 'Work started and left behind',
  severity: 'high',
  why: 'The answer says “done” while the mail, the export or the web-hook is only a promise in memory. The next deploy, crash or scale-down takes it along, and nobody knows: there is no record that it was ever to be done.',
  looksFor:
    'Work that must happen, begun in a request and not awaited: `void sendMail()`, `setImmediate`, `setTimeout`, `process.nextTick`, `emitter.emit` with async listeners, `res.json()` followed by awaits, `waitUntil` for what must not be lost, an array in memory that a timer works off.',
  sparesFor: [
    'Work that may be lost: a cache filled, a metric, a prefetch; bounded and with its error caught.',
    'A job written in the same transaction and worked off by a queue.',
    'Tasks tracked in a set that shutdown drains, where losing one in a crash is acceptable and said so.',
  ],
  fix: 'Write a job (pg-boss, graphile-worker, BullMQ through an outbox) in the transaction of the request, answer 202 with a place to ask, make the worker idempotent.',
  numbers: [
    'With 10 deploys a day and work of 3 s, 0.035 % of it is cut off even without a single crash [arithmetic: 10 × 3 s / 86,400 s].',
  ],
  siblings: [
    'floating-promise',
    'job-lost-at-deploy',
    'fragile-job-handler',
    'transactional-outbox',
    'no-graceful-shutdown',
  ],
  covers: ['fire-and-forget work'],
  wrong: {
    language: 'ts',
    stack: 'Express 5',
    text: `app.post('/reports', async (req, res) => {
  res.status(202).json({ ok: true })
  const file = await buildReport(req.body)
  await mailer.sendMail({ to: req.user.email, attachments: [file] })
})`,
  },
  right: {
    language: 'ts',
    stack: 'Express 5 and pg-boss',
    text: `app.post('/reports', async (req, res) => {
  const input = Report.parse(req.body)
  const id = await boss.send('report', { ...input, userId: req.user.id }, { retryLimit: 5, retryBackoff: true })
  res.status(202).location(\`/reports/\${id}\`).json({ id, state: 'queued' })
})`,
  },
  executedBy: 'by-hand',
}
