/** Zombie worker acknowledging late. */
import type { SharpEdge } from '../entry.js'

export const zombieWorkerAcknowledgingLate: SharpEdge = {
  kind: 'sharp-edge',
  id: 'zombie-worker-acknowledging-late',
  title: 'Zombie worker acknowledging late',
  severity: 'high',
  why: 'A worker that stood still, through garbage collection, a suspended machine or a cut network, loses its lease, and another one takes the job. Then the first wakes up, believes that it still owns it, and writes its outcome over that of the second.',
  symptoms: [
    'A job went from done back to failed',
    'The same job has two outcomes',
    'Work was done twice, minutes apart, by different pods',
    'Job finished after it had been retried',
    'A lock with a time-out did not keep others out',
  ],
  mechanism:
    'A lease says "mine until t"; it cannot stop code that does not look at the clock. Between the check and the write any time may pass. The late worker’s `update jobs set state = … where id = $1` matches, since the id is still right; nothing in the statement says which attempt it speaks for. A Redis lock with TTL has the same hole.',
  confirm: [
    '`select id, attempt, worker, finished_at from job_attempts a where exists (select from job_attempts b where b.job_id = a.job_id and b.attempt > a.attempt and b.started_at < a.finished_at)`: an attempt that ended after its successor had begun.',
    'The late worker’s log has a gap; `process_cpu`, event-loop lag or the hypervisor’s steal time explain it.',
    'Force it: SIGSTOP a worker for longer than the lease, then SIGCONT.',
  ],
  wayOut: [
    'Stop the bleeding: a lease longer than the longest pause seen, renewed at a third of it.',
    "Fence: each claim gets a number that only grows (the attempt); every write of the worker carries it, `where id = $1 and attempt = $2 and state = 'running'`; 0 rows mean stop and change nothing.",
    'Effects in the database go in the same transaction as that fenced update; effects outside carry the job’s id as idempotency key.',
    'Abort the handler when renewal fails (AbortSignal), so that it does not run on for nothing.',
    'In Keelson a late acknowledgement changes nothing, and the commands that a job executes have once-only keys.',
  ],
  numbers: [
    'Pauses of garbage collection and virtual machines of seconds to minutes do occur: no lease of finite length excludes them [Martin Kleppmann, How to do distributed locking, 2016].',
    'The visibility timeout of Amazon SQS is 30 s by default, 12 h at most [Amazon SQS developer guide].',
  ],
  siblings: ['job-lost-at-deploy', 'missing-idempotency', 'clock-skew-and-time-zones'],
  covers: ['zombie worker acknowledging late'],
  wrong: {
    language: 'sql',
    stack: 'Postgres',
    text: `-- Whoever says it last is right.
update jobs set state = 'failed', error = $2
where id = $1`,
  },
  right: {
    language: 'sql',
    stack: 'Postgres',
    text: `-- The claim draws the number …
update jobs set state = 'running', attempt = attempt + 1, leased_until = now() + interval '30 s'
where id = (
  select id from jobs
  where state = 'ready' or (state = 'running' and leased_until < now())
  order by id limit 1 for update skip locked)
returning id, attempt;

-- … and the outcome counts only under it: 0 rows mean that the job is somebody else's now.
update jobs set state = 'done'
where id = $1 and attempt = $2 and state = 'running'`,
  },
}
