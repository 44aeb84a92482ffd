/**
 * How a job gets into the database: a row of keelson.jobs, written in the commit of the command that hands it over, so that
 * it is there if and only if the command took effect.
 */
import { KeelsonError } from '../errors.js'
import type { EffectRow, EffectTable } from '../engine/port.js'
import { encoderOf, type Encoder } from '../schema/output-encoder.js'
import type { EnqueueOptions, Job } from './job.js'

/** The time comes from the database: workers compare it with the same clock, whatever the clocks of processes say. */
export const JOBS: EffectTable = Object.freeze({
  name: 'keelson.jobs',
  columns: Object.freeze([
    { name: 'name', type: 'text' },
    { name: 'id', type: 'uuid' },
    { name: 'queue', type: 'text' },
    { name: 'input', type: 'text' },
    { name: 'run_at', type: 'timestamptz', stored: 'given.run_at + given.delay' },
    { name: 'delay', type: 'interval', stored: null },
    { name: 'traceparent', type: 'text' },
  ]),
})

/** Most bytes of an input, as JSON. What is larger belongs into a table, or a store of files, and its key into the input. */
export const INPUT_BYTES_MAX = 1_048_576
/** Ten years. */
export const DELAY_MAX_MS = 315_576_000_000

const encoders = new WeakMap<Job, Encoder>()

/** The row of a job; `traceparent` is the trace that hands it over. Throws `invalid_use` where the input is not what the job declares, or the options make no sense. */
export function enqueued(
  job: Job,
  input: unknown,
  options: EnqueueOptions,
  id: string,
  traceparent?: string,
): EffectRow {
  const [runAt, delay] = due(job, options)
  return [job.name, id, queueOf(job), inputText(job, input), runAt, delay, traceparent ?? null]
}

/** Each job has a queue of its own, so that a flood of one does not hold up the others. */
export const queueOf = (job: Job): string => job.name

function inputText(job: Job, input: unknown): string {
  let encode = encoders.get(job)
  if (encode === undefined) encoders.set(job, (encode = encoderOf(job.definition.input)))
  const encoded = encode(input)
  if (encoded instanceof Promise) throw misuse(job, 'its input may not be checked asynchronously')
  if (!encoded.ok) {
    const wrong = encoded.issues
      .map(({ path, message }) => `${path.join('.') || 'the whole'}: ${message}`)
      .join('; ')
    throw misuse(job, `its input is not as declared: ${wrong}`)
  }
  const text = JSON.stringify(encoded.value) ?? 'null'
  const bytes = Buffer.byteLength(text)
  if (bytes > INPUT_BYTES_MAX)
    throw misuse(job, `its input has ${bytes} bytes as JSON, at most ${INPUT_BYTES_MAX} are taken`)
  return text
}

/** `now` is the server's own word for the time of the transaction. */
function due(job: Job, { delayMs, runAt }: EnqueueOptions): [runAt: string, delay: string] {
  if (runAt !== undefined) {
    if (delayMs !== undefined) throw misuse(job, 'give `delayMs` or `runAt`, not both')
    const ms = runAt instanceof Date ? runAt.getTime() : Number.NaN
    // Years of more than four digits have a text that the database does not know.
    if (!(ms >= 0 && ms < 253_402_300_800_000)) throw misuse(job, '`runAt` must be a date after 1970')
    return [runAt.toISOString(), '0']
  }
  if (delayMs === undefined) return ['now', '0']
  if (!(delayMs >= 0 && delayMs <= DELAY_MAX_MS))
    throw misuse(job, '`delayMs` must be a number of milliseconds from 0 to ten years')
  return ['now', `${delayMs} milliseconds`]
}

const misuse = (job: Job, what: string): KeelsonError =>
  new KeelsonError('invalid_use', { message: `enqueue of \`${job.name}\`: ${what}.` })
