import type { Pattern } from '../entry.js'

export const deadLetterQueue: Pattern = {
  kind: 'pattern',
  id: 'dead-letter-queue',
  title: 'Dead-letter queue',
  why: 'Some messages will never succeed: the address does not exist, the schema has changed, the code has a bug. Retried for ever they take the workers of all others; dropped after the last attempt they take an order with them, and nobody knows. Set aside with their reason and their history they wait for a person, who mends the cause and sends them again.',
  when: 'For every asynchronous consumer, from the first day. Without somebody who looks, alarms and a way to replay it is only a slower way to lose messages.',
  steps: [
    'Tell the hopeless (validation, 4xx) from the transient; the first goes aside at once, the second after bounded retries.',
    'Count attempts by delivery, not by exception: a message that kills its process throws nothing.',
    'Keep with it: payload, kind, key, attempts, first and last error, times, trace, version of the code.',
    'Where order matters park the key, and let later messages of the key wait behind it.',
    'Alert on the first dead letter of a kind and on the age of the oldest; name who is called.',
    'Provide three commands: show, retry (one, or all of a kind), discard with a reason. Replays go by the usual way and are idempotent.',
    'Keep them longer than a holiday; mind personal data in payloads.',
  ],
  withKeelson: {
    language: 'ts',
    stack:
      'Keelson: `giveUp` and the last attempt make a job dead; `keelson jobs list|show|retry|discard` sees to it',
    text: `import { job, type Server } from 'keelson'
import { z } from 'zod'

export const sendStatement = job('statements.send', {
  input: z.object({ customerId: z.uuid(), month: z.string().regex(/^\\d{4}-\\d{2}$/) }),
  timeoutMs: 20_000,
  retry: { attemptsMax: 8, delayMs: 5_000, delayMaxMs: 3_600_000 },
  async run({ input, id, http, giveUp }) {
    const answer = await http('https://mail.example/statements', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': id },
      body: JSON.stringify(input),
    })
    if (answer.ok) return
    // Asking again would not change it: set aside now, with the reason.
    if ([400, 404, 410, 422].includes(answer.status)) giveUp('Not deliverable: ' + answer.status)
    throw new Error('The mail service answered ' + answer.status)
  },
})

/** For an alarm beside keelson_jobs{keelson_job_state="dead"}: kinds that are behind. */
export async function behind(server: Server) {
  return server.jobs.lag()
}`,
  },
  byHand: {
    language: 'ts',
    stack: 'pg: the outcome of an attempt, for a table of jobs',
    text: `import type { Pool } from 'pg'

export interface Job {
  readonly id: string
  readonly kind: string
  readonly payload: unknown
  /** Counted when it was claimed, so that an attempt which killed its process counts too. */
  readonly attempts: number
}

/** Nothing will change by trying again. */
export class Hopeless extends Error {}

const ATTEMPTS_MAX = 8

export async function attempt(pool: Pool, job: Job, run: (job: Job) => Promise<void>): Promise<void> {
  try {
    await run(job)
    await pool.query('delete from jobs where id = $1', [job.id])
  } catch (error) {
    const reason = error instanceof Error ? error.name + ': ' + error.message : String(error)
    const isDead = error instanceof Hopeless || job.attempts >= ATTEMPTS_MAX
    if (isDead) await bury(pool, job, reason)
    else {
      const waitMs = Math.random() * Math.min(3_600_000, 5_000 * 2 ** job.attempts)
      await pool.query(
        "update jobs set run_at = now() + $2 * interval '1 ms', last_error = $3 where id = $1",
        [job.id, waitMs, reason],
      )
    }
  }
}

/** Moved in one statement: never in both places, never in none. */
async function bury(pool: Pool, job: Job, reason: string): Promise<void> {
  await pool.query(
    \`with gone as (delete from jobs where id = $1 returning id, kind, payload, attempts, created_at)
     insert into dead_jobs (id, kind, payload, attempts, created_at, died_at, reason)
     select id, kind, payload, attempts, created_at, now(), $2 from gone\`,
    [job.id, reason.slice(0, 2000)],
  )
}`,
  },
  mistakes: [
    'Replaying thousands at once into the service that has just recovered.',
    'A dead-letter queue with an expiry of four days, found on the fifth.',
    'Catching the error and acknowledging: the queue looks healthy, the orders are missing.',
    'Retrying a hopeless message two hundred times “to be safe”.',
  ],
  numbers: [
    'SQS keeps messages for 4 days by default and 14 at most, and on a standard queue the time counts from the first enqueueing, also in the dead-letter queue [AWS documentation, Amazon SQS dead-letter queues]',
    'RabbitMQ quorum queues limit deliveries to 20 since version 4.0; before that there was no limit by default [RabbitMQ documentation, Quorum Queues]',
  ],
  siblings: [
    'retry-with-backoff',
    'transactional-outbox',
    'event-driven',
    'bounded-queues',
    'zombie-worker-acknowledging-late',
  ],
  covers: ['dead-letter queue'],
}
