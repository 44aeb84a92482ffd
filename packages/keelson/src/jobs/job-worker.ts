/**
 * Runs the jobs of a process: claims what is due as places get free, begins it, says what became of it. It never holds more
 * than it runs, so that nothing waits behind a slow job which another process could do.
 */
import type { Scheduler } from '../internal/clock.js'
import { failpoint } from '../internal/failpoint.js'
import type { Random } from '../internal/random.js'
import type { Connections } from '../postgres/connections.js'
import type { Log } from '../telemetry/log.js'
import { traceFields } from '../telemetry/trace-fields.js'
import type { Lease, Leases } from '../work/lease.js'
import type { WakeUps } from '../work/wake-ups.js'
import type { Work } from '../work/worker.js'
import { Acknowledger } from './acknowledger.js'
import { errorTypeOf, runIn, type TraceAttempt } from './attempt-spans.js'
import { claimJobs, claimKey, FROM_START, type ClaimedJob, type Place, type Want } from './claim.js'
import { JOBS, queueOf } from './enqueued.js'
import type { Job } from './job.js'
import { acknowledge, type Acknowledgement, type Outcome } from './outcome.js'
import { LEASE_PREFIX, releaseUnknown } from './rescue.js'
import { RunningJob, type RunJob } from './running-job.js'

export interface JobWorkerParts {
  readonly connections: Connections
  readonly leases: Leases
  readonly wakeUps: WakeUps
  readonly jobs: readonly Job[]
  readonly run: RunJob
  /** Undefined: no spans are made. */
  readonly traceAttempt?: TraceAttempt | undefined
  /** Jobs that run at once in this process. */
  readonly placesMax: number
  /** How long running jobs may take to end when the process stops, in milliseconds. */
  readonly stopMs: number
  /** How long handlers whose time is over may take to end, in milliseconds. Default 5,000. */
  readonly graceMs?: number
  readonly scheduler: Scheduler
  readonly random: Random
  readonly log: Log
}

/** How often a worker looks by itself, should every wake-up be missed. */
const POLL_MS = 1000
/** All that is due is being claimed by others at this moment. */
const BUSY_MS = 20
export const GRACE_MS = 5000
/** How often it is looked for claims whose answers were lost. */
const UNKNOWN_EVERY_MS = 2000
/**
 * How often a look begins at the start of the queues rather than where the last one ended. What is committed later than what
 * was enqueued after it is found so. Under somebody's long transaction that start is full of rows that are gone but cannot be
 * removed: no more than a tenth of the time goes into walking over them.
 */
const WHOLE_EVERY_MS = 100
const WHOLE_SHARE = 0.1
/** Of the places of a process that one kind of job may take, where there are several kinds. */
export const SHARE = 0.75

export class JobWorker implements Work {
  readonly name = 'jobs'
  readonly wakeOn = [JOBS.name]
  readonly #parts: JobWorkerParts
  readonly #jobs: ReadonlyMap<string, Job>
  readonly #acknowledger: Acknowledger
  /** By the number of the claim: an earlier attempt of a job may still be running here, unheard. */
  readonly #running = new Map<string, RunningJob>()
  /** How many run, by queue. */
  readonly #counts = new Map<string, number>()
  #lease: Lease | undefined
  /** Where the last look has ended, by queue. */
  readonly #reached = new Map<string, Place>()
  #wholeDueMs = Number.NEGATIVE_INFINITY
  #unknownDueMs = 0
  /** Whether the latest look left something that is due, or could not look everywhere. */
  #moreIsDue = false
  #onIdle: (() => void) | undefined

  constructor(parts: JobWorkerParts) {
    this.#parts = parts
    this.#jobs = new Map(parts.jobs.map((job) => [job.name, job]))
    const { connections, scheduler, random, log } = parts
    this.#acknowledger = new Acknowledger({
      send: (said) => acknowledge(connections, said),
      onSettled: (said, counted) => this.#report(said, counted),
      onError: (err) => log.error({ err }, 'The database refused what jobs came to.'),
      scheduler,
      random,
    })
  }

  get running(): readonly RunningJob[] {
    return [...this.#running.values()]
  }

  /** Claims whose answers were lost are under our lease, but nobody runs them. No claim is under way here. */
  async #releaseUnknown({ fence }: Lease): Promise<void> {
    const beganMs = performance.now()
    if (beganMs < this.#unknownDueMs) return
    const known = [
      ...this.running.map(({ claimed }) => claimed),
      ...this.#acknowledger.untold.map(({ job }) => job),
    ]
    const jobs = await releaseUnknown(this.#parts.connections, fence, known)
    this.#unknownDueMs = beganMs + UNKNOWN_EVERY_MS
    if (jobs > 0)
      this.#parts.log.warn({ jobs }, 'Jobs were claimed whose answer was lost: they are free again.')
  }

  /** Claims once, and begins what was claimed. */
  async runOnce(signal: AbortSignal): Promise<number> {
    const { connections, placesMax, random } = this.#parts
    const lease = await this.#heldLease()
    if (lease !== undefined) await this.#releaseUnknown(lease)
    const beganMs = performance.now()
    const isWhole = beganMs >= this.#wholeDueMs
    const wants = this.#wants(isWhole)
    this.#moreIsDue = wants.length < this.#jobs.size
    if (lease === undefined || wants.length === 0) return POLL_MS
    const { jobs, reached, nextDueMs } = await claimJobs(
      connections,
      lease,
      wants,
      placesMax - this.#running.size,
    )
    for (const [queue, place] of reached) this.#reached.set(queue, place)
    const endedMs = performance.now()
    if (isWhole) this.#wholeDueMs = endedMs + Math.max(WHOLE_EVERY_MS, (endedMs - beganMs) / WHOLE_SHARE)
    if (jobs.length > 0) failpoint('job-claimed')
    for (const claimed of jobs) this.#begin(claimed, lease, signal)
    this.#moreIsDue ||= nextDueMs === 0
    if (nextDueMs === 0) return jobs.length > 0 ? 0 : BUSY_MS * (0.5 + random())
    // Processes that were woken together must not look together ever after.
    const restMs = Math.min(nextDueMs ?? POLL_MS, POLL_MS * (0.8 + 0.4 * random()))
    return isWhole ? restMs : Math.min(restMs, Math.max(1, this.#wholeDueMs - endedMs))
  }

  /**
   * Asks the handlers that run to end, waits for them, and hands back what has not ended: such attempts do not count. The lease
   * goes on until then.
   */
  async close(): Promise<void> {
    for (const running of this.running) running.release('The process stops.')
    await this.#idle()
    for (const running of this.running) running.giveBack()
    this.#acknowledger.stop()
    await this.#acknowledger.settled()
    await this.#lease?.release()
  }

  /** A lease that was lost takes its claims with it: a new one has a number of its own. */
  async #heldLease(): Promise<Lease | undefined> {
    if (this.#lease?.isHeld === true) return this.#lease
    const { leases, log } = this.#parts
    if (this.#lease !== undefined) {
      this.#lease.lose()
      log.warn(
        { running: this.#running.size },
        'The lease for jobs is lost: others may run what was running here.',
      )
      for (const running of this.running) running.release('The lease of the process is lost.')
      this.#lease = undefined
    }
    const taken = await leases.tryTake(LEASE_PREFIX + leases.holder)
    if (typeof taken !== 'number') this.#lease = taken
    return this.#lease
  }

  /** The queues that may be served now. */
  #wants(isWhole: boolean): Want[] {
    const { placesMax } = this.#parts
    const free = placesMax - this.#running.size
    const share = this.#jobs.size > 1 ? Math.ceil(placesMax * SHARE) : placesMax
    return [...this.#jobs.values()].flatMap((job) => {
      const queue = queueOf(job)
      const max = Math.min(free, share - (this.#counts.get(queue) ?? 0))
      const after = (isWhole ? undefined : this.#reached.get(queue)) ?? FROM_START
      return max > 0 ? [{ queue, max, after }] : []
    })
  }

  #begin(claimed: ClaimedJob, { fence: lease }: Lease, signal: AbortSignal): void {
    const job = this.#jobs.get(claimed.name)!
    const say = (outcome: Outcome): void => this.#acknowledger.say({ job: claimed, lease, outcome })
    if (signal.aborted) return say({ kind: 'released' })
    if (claimed.attempt > job.definition.retry.attemptsMax)
      return say({ kind: 'spent', error: 'The process that ran the last attempt was lost.' })
    const { scheduler, random, graceMs = GRACE_MS, traceAttempt } = this.#parts
    const span = traceAttempt?.(claimed)
    const run = span === undefined ? this.#parts.run : runIn(span, this.#parts.run)
    const key = claimKey(claimed)
    const onOutcome = (outcome: Outcome): void => {
      this.#running.delete(key)
      this.#count(job, -1)
      span?.end(errorTypeOf(outcome))
      say(outcome)
      this.#placeIsFree()
    }
    const running = new RunningJob(job, claimed, { run, scheduler, random, graceMs, onOutcome })
    this.#running.set(key, running)
    this.#count(job, 1)
    running.start()
  }

  #count(job: Job, by: number): void {
    const queue = queueOf(job)
    this.#counts.set(queue, (this.#counts.get(queue) ?? 0) + by)
  }

  #placeIsFree(): void {
    if (this.#running.size === 0) this.#onIdle?.()
    if (this.#moreIsDue) this.#parts.wakeUps.heard(JOBS.name)
  }

  /** Resolves when nothing runs any more, or when the time is over. */
  async #idle(): Promise<void> {
    if (this.#running.size === 0) return
    const { scheduler, stopMs } = this.#parts
    await new Promise<void>((resolve) => {
      const cancel = scheduler.after(stopMs, resolve)
      this.#onIdle = () => {
        cancel()
        resolve()
      }
    })
  }

  #report({ job, outcome }: Acknowledgement, counted: boolean): void {
    const { log, scheduler } = this.#parts
    // Sooner than the next look.
    if (counted && outcome.kind === 'failed' && outcome.delayMs < POLL_MS)
      scheduler.after(outcome.delayMs + 1, () => this.#parts.wakeUps.heard(JOBS.name))
    const { id: jobId, name, attempt, traceparent } = job
    const fields = { jobId, job: name, attempt, ...traceFields(traceparent) }
    if (!counted)
      log.warn(
        fields,
        'A job was given to another process, or cancelled: what this attempt came to does not count.',
      )
    else if (outcome.kind === 'dead' || outcome.kind === 'spent')
      log.error({ ...fields, error: outcome.error }, 'A job is dead.')
    else if (outcome.kind === 'failed')
      log.warn(
        { ...fields, error: outcome.error, delayMs: Math.round(outcome.delayMs) },
        'An attempt of a job failed; another follows.',
      )
    else log.debug(fields, outcome.kind === 'done' ? 'A job is done.' : 'A job was handed back.')
  }
}
