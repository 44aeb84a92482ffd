/** One attempt of a job, from what is stored to the handler's context. */
import { hash } from 'node:crypto'
import { KeelsonError } from '../errors.js'
import type { ClaimedJob } from '../jobs/claim.js'
import type { Job } from '../jobs/job.js'
import { GaveUp } from '../jobs/outcome.js'
import type { RunJob } from '../jobs/running-job.js'
import { inputSchema } from '../schema/input-schema.js'
import { parserOf, type Parser } from '../schema/parser.js'
import { spanNamedBy } from '../telemetry/trace-context.js'
import { traceFields } from '../telemetry/trace-fields.js'
import type { Operation } from './definition.js'
import type { LocalExecutor } from './execute.js'
import type { Surroundings } from './handler-context.js'
import type { JobContext, JobExecuteOptions } from './job.js'

/** Runs handlers of jobs with this application's operations and services. */
export function jobRunner(executor: LocalExecutor, { log, services }: Surroundings): RunJob {
  const parsers = new Map<Job, Parser<unknown>>()
  const parserFor = (job: Job): Parser<unknown> => {
    let parser = parsers.get(job)
    if (parser === undefined) parsers.set(job, (parser = parserOf(inputSchema(job.definition.input))))
    return parser
  }
  return async (job, claimed, signal) => {
    const parsed = await parserFor(job)(JSON.parse(claimed.input))
    if (!parsed.ok) {
      const wrong = parsed.issues
        .map(({ path, message }) => `${path.join('.') || 'the whole'}: ${message}`)
        .join('; ')
      throw new Error(`What was handed over is not what \`${job.name}\` takes now: ${wrong}`)
    }
    const context: JobContext<unknown> = {
      input: parsed.value,
      id: claimed.id,
      attempt: claimed.attempt,
      signal,
      execute: executeIn(executor, job, claimed, signal),
      http: (input, init) => fetch(input, { ...init, signal: joined(signal, init?.signal) }),
      traceparent: claimed.traceparent ?? undefined,
      log: log.child({
        jobId: claimed.id,
        job: job.name,
        attempt: claimed.attempt,
        ...traceFields(claimed.traceparent),
      }),
      services,
      giveUp: (reason) => {
        throw new GaveUp(reason)
      },
    }
    await job.definition.run(context as never)
  }
}

const joined = (signal: AbortSignal, own: AbortSignal | null | undefined): AbortSignal =>
  own === null || own === undefined ? signal : AbortSignal.any([signal, own])

/** Hashed, so that steps may be called anything, and that keys tell nobody ids of jobs. */
const stepKey = (jobId: string, step: string): string =>
  `job-${hash('sha256', `${jobId}\n${step}`, 'base64url')}`

/** Each step has a once-only key made of the job's id, so that another attempt finds what the first one did. */
function executeIn(
  executor: LocalExecutor,
  job: Job,
  claimed: ClaimedJob,
  signal: AbortSignal,
): JobContext<unknown>['execute'] {
  const trace = spanNamedBy(claimed.traceparent ?? undefined)
  const times = new Map<string, number>()
  return async <I, O>(operation: Operation<I, O>, input: I, options: JobExecuteOptions = {}): Promise<O> => {
    const { as = null, step, ifVersion } = options
    const count = (times.get(operation.name) ?? 0) + 1
    times.set(operation.name, count)
    signal.throwIfAborted()
    if (operation.kind === 'query') return executor.execute(operation, input, { as, trace, ifVersion })
    const idempotencyKey = stepKey(claimed.id, step ?? String(count))
    try {
      return await executor.execute(operation, input, { as, idempotencyKey, ifVersion, trace })
    } catch (cause) {
      if (!(cause instanceof KeelsonError) || cause.code !== 'idempotency_key_reused') throw cause
      throw new KeelsonError('invalid_use', {
        message: `\`${job.name}\` executes \`${operation.name}\` with another input than an earlier attempt did${step === undefined ? ` (time ${count} in the attempt)` : ` (step \`${step}\`)`}: take what you give it from the job's input, or name the steps by \`step\`.`,
        cause,
      })
    }
  }
}
