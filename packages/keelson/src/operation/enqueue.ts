/** Handing a job over from outside of commands: a command that does nothing else, so that it is as certain as one. */
import type { Outcome } from '../engine/outcome.js'
import { KeelsonError } from '../errors.js'
import type { EnqueueOptions, Job } from '../jobs/job.js'
import type { Caller, CommandTransaction } from './command-transaction.js'
import type { Executor } from './pipeline.js'

/** `traceparent`: of the span that it is done in. Resolves with the job's id once it is committed. Rejects with `invalid_use` or what commands reject with. */
export async function enqueueOutside(
  engine: Executor,
  jobs: ReadonlySet<Job>,
  job: Job,
  input: unknown,
  options: EnqueueOptions | undefined,
  traceparent: string | undefined,
): Promise<string> {
  const caller: Caller = {
    traceparent,
    knows: (each) => jobs.has(each),
    call: () =>
      Promise.reject(new KeelsonError('invalid_use', { message: 'There is no command to call from.' })),
  }
  const outcome = await engine.execute<string, Outcome<string>>({
    name: 'keelson.enqueue',
    async run(tx) {
      const own = tx as CommandTransaction
      own.begin(caller)
      return own.enqueue(job, input, options)
    },
    answer: (given) => given,
  })
  if (outcome.ok) return outcome.value
  throw outcome.error
}
