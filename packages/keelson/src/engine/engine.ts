/**
 * The engine: takes commands, speculates, forms groups of what has finished, and sees each command to its answer.
 * Every queue here is bounded by `commandsMax`; there are no timers on the way of a command that finds no obstacle.
 */
import { KeelsonError } from '../errors.js'
import { pause } from '../internal/clock.js'
import { failpoint } from '../internal/failpoint.js'
import { backoffMs } from '../internal/random.js'
import { DEFERRALS_MAX } from './acceptance.js'
import type { Counter, EngineContext } from './context.js'
import { EnclosedInvocation } from './enclosed.js'
import { contextOf, ENGINE_LIMITS, type EngineOptions } from './engine-options.js'
import { Gate } from './gate.js'
import { runGroup } from './group.js'
import type { GroupReport } from './group-report.js'
import { runJoined } from './joined.js'
import { InFlight, type Holds } from './in-flight.js'
import type { Invocation } from './invocation.js'
import { Member } from './member.js'
import { Queue } from './queue.js'
import { Rehearsal } from './rehearsal.js'
import { SlowLane } from './slow-lane.js'
import { slow } from './slowness.js'
import { SoloQueue } from './solo-queue.js'
import { Turns } from './turns.js'
import { WaveCount } from './wave-count.js'
import { Waves } from './waves.js'

export class Engine {
  readonly #context: EngineContext
  readonly #options: Required<
    Pick<EngineOptions, 'groupsMax' | 'commandsMax' | 'claimWaitMs' | 'development'>
  >
  readonly #waves: Waves
  readonly #queue: Queue
  readonly #slowLane: SlowLane
  readonly #solos: SoloQueue
  readonly #turns: Turns
  readonly #rehearses: boolean
  readonly #counters = new Map<Counter, number>()
  readonly #idle: (() => void)[] = []
  #commands = 0
  /** Groups under way, and what may hold its locks for long: the slow lane, solo commands. */
  readonly #groups = new Set<Holds>()
  readonly #long = new Set<Holds>()
  /** Something long has ended, and the queue has not had its turn since. */
  #queueIsNext = false
  #forming = false

  constructor(options: EngineOptions) {
    this.#options = { ...ENGINE_LIMITS, development: false, ...options }
    this.#rehearses = options.rehearse ?? false
    this.#queue = new Queue(
      options.membersMax ?? ENGINE_LIMITS.membersMax,
      options.rowsMax ?? ENGINE_LIMITS.rowsMax,
    )
    this.#context = contextOf(
      options,
      (counter, by = 1) => void this.#counters.set(counter, (this.#counters.get(counter) ?? 0) + by),
    )
    const { store, clock, scheduler } = this.#context
    this.#waves = options.waves ?? new Waves(store, scheduler, { clock })
    this.#slowLane = new SlowLane(
      this.#context,
      options.slowGroupsMax ?? ENGINE_LIMITS.slowGroupsMax,
      options.slowRunMs ?? ENGINE_LIMITS.slowRunMs,
    )
    this.#solos = new SoloQueue(this.#context, options.solosMax ?? 4)
    this.#turns = new Turns(clock, scheduler, this.#options.claimWaitMs)
  }

  get commandsUnderWay(): number {
    return this.#commands
  }

  /** What happened since the start, for metrics and tests. */
  get counters(): ReadonlyMap<Counter, number> {
    return this.#counters
  }

  /**
   * Executes a command exactly once and gives its answer after the commit that holds its effects.
   *
   * `client`: of `pg`, in a transaction of its owner's, who commits; see joined.ts.
   *
   * @throws KeelsonError `overloaded`, `database_unavailable`, `outcome_unknown`
   */
  execute<R, A>(invocation: Invocation<R, A>, client?: object): Promise<A> {
    if (this.#commands >= this.#options.commandsMax) return Promise.reject(new KeelsonError('overloaded'))
    this.#commands++
    failpoint('admitted')
    return new Promise<A>((resolve, reject) => {
      const ended = (): void => {
        this.#commands--
        if (this.#commands === 0) for (const wake of this.#idle.splice(0)) wake()
      }
      const kept = this.#rehearses ? new EnclosedInvocation(invocation) : invocation
      const member = new Member(kept, this.#context.clock.now(), this.#context.newId, {
        resolve: (answer) => {
          ended()
          resolve(answer as A)
        },
        reject: (error) => {
          ended()
          // eslint-disable-next-line typescript/prefer-promise-reject-errors
          reject(error)
        },
      })
      if (client !== undefined) void this.#join(member, client)
      else if (invocation.claim === undefined || this.#turns.take(member, invocation.claim.lock))
        this.#enter(member)
      else void this.#enterBehind(member, invocation.claim.lock)
    })
  }

  async #join(member: Member, client: object): Promise<void> {
    if (!this.#context.store.join) return member.fail(new KeelsonError('internal'))
    try {
      await runJoined(member, client, this.#solos.knowledge, this.#context, this.#options.claimWaitMs)
    } catch (error) {
      member.fail(new KeelsonError('internal', { cause: error }))
    }
  }

  /** Resolves when no command is under way. */
  drain(): Promise<void> {
    return this.#commands === 0 ? Promise.resolve() : new Promise((resolve) => this.#idle.push(resolve))
  }

  /** Others wait their turn, then find the stored answer. */
  async #enterBehind(member: Member, lock: string): Promise<void> {
    if (await this.#turns.await(member, lock)) this.#enter(member)
    else member.answer(member.invocation.claim!.busy())
  }

  #enter(member: Member): void {
    const reason = this.#solos.knowledge.reasonOf(member.invocation.name)
    if (reason !== undefined) this.#toSolo(member, reason)
    else void this.#speculate(member, false)
  }

  /** Step 1. Nothing is locked, nothing delays others. */
  async #speculate(member: Member, toFront: boolean): Promise<void> {
    const { tables, Transaction: Tx } = this.#context
    const planned = member.attempt
    const rehearsal = this.#rehearses && !member.slow ? new Rehearsal(this.#waves, this.#context) : undefined
    const gate = member.slow && planned.outcome ? new Gate(this.#waves, member.slow) : undefined
    const waveCount = new WaveCount(member.invocation.name, this.#options.development, () =>
      this.#context.count('manyWaves'),
    )
    const startedAt = this.#context.recent.number
    const run = member.run(tables, Tx, gate ?? rehearsal?.source ?? this.#waves, undefined, waveCount)
    if (gate && (await gate.comesBefore(run))) {
      this.#slowLane.push(member, { gate, attempt: member.attempt, run })
      // What is locked for it is what its last run came to.
      member.attempt = planned
      return this.#go()
    }
    member.attempt.startedAt = startedAt
    const { departure, storeError, reads } = await run
    const { misuse, waves } = waveCount
    member.facts.spent('speculate')
    member.facts.waves += waves
    if (misuse) return member.answer(member.invocation.answer({ ok: false, error: misuse }))
    if (departure?.kind === 'solo') {
      this.#solos.knowledge.remember(member.invocation.name, departure.reason)
      return this.#toSolo(member, departure.reason)
    }
    if (storeError)
      return this.#later([member], storeError.error, this.#context.store.isRetryable(storeError.error))
    if (rehearsal) {
      const error = await rehearsal.repeat(member)
      if (error) return member.answer(member.invocation.answer({ ok: false, error }))
      member.facts.spent('speculate')
    }
    if (!member.slow && reads.size > 0 && this.#slowLane.takesLists && this.#waves.tookLong(reads.values()))
      member.slow = slow()
    if (member.slow) this.#slowLane.push(member)
    else this.#queue.push(member, toFront)
    this.#go()
  }

  /** Whatever can go now goes. */
  #go(): void {
    this.#form()
    this.#startLong()
  }

  /** Forms groups as soon as a slot is free and the events at hand are done. */
  #form(): void {
    if (this.#forming || this.#groups.size >= this.#options.groupsMax || this.#queue.isEmpty) return
    this.#forming = true
    this.#context.scheduler.soon(() => {
      this.#forming = false
      const members = this.#queue.take([...this.#groups, ...this.#long])
      if (members.length > 0) {
        this.#context.count('groups')
        this.#context.count('members', members.length)
        void this.#lead(members, new InFlight(members), this.#groups, runGroup(members, this.#context))
        this.#form()
      }
      this.#queueIsNext = false
      this.#startLong()
    })
  }

  /** What may hold locks for long starts behind a group that has waited for the like of it. */
  #startLong(): void {
    if (this.#queueIsNext && !this.#queue.isEmpty) return
    for (const { members, holds, report } of this.#slowLane.next(this.#long)) {
      this.#context.count('slowMembers', members.length)
      void this.#lead(members, holds, this.#long, report)
    }
    for (const { member, holds, end } of this.#solos.next(this.#long)) {
      this.#long.add(holds)
      void end.then((how) => {
        this.#ended(holds, this.#long)
        if (how === 'waiting') void this.#waitForClaim(member)
        this.#go()
      })
    }
  }

  async #lead(
    members: readonly Member[],
    holds: Holds,
    among: Set<Holds>,
    running: Promise<GroupReport>,
  ): Promise<void> {
    among.add(holds)
    let report: GroupReport | undefined
    try {
      report = await running
    } catch (error) {
      for (const member of members) member.fail(new KeelsonError('internal', { cause: error }))
    }
    this.#ended(holds, among)
    if (report) this.#dispose(report)
    this.#go()
  }

  #ended(holds: Holds, among: Set<Holds>): void {
    among.delete(holds)
    if (among === this.#long) this.#queueIsNext = true
  }

  #dispose(report: GroupReport): void {
    if (report.parts.length > 0) {
      this.#context.count('bisections')
      for (const part of report.parts) {
        // A group of the slow lane is not halved: each of its members stands alone next.
        if (part[0]?.slow) for (const member of part) this.#slowLane.push(member)
        else this.#queue.pushParts([part])
      }
    }
    for (const { member, reason } of report.solo) this.#toSolo(member, reason)
    for (const member of report.waiting) void this.#waitForClaim(member)
    if (report.failed) this.#later(report.failed.members, report.failed.error, report.failed.mayPass)
    const ready: Member[] = []
    for (const member of report.again) {
      if (member.deferrals > DEFERRALS_MAX && this.#context.store.solo)
        this.#toSolo(member, 'it was put off too often')
      // A run that did not come to an end has only half a footprint: it speculates once more.
      else if (member.slow || member.attempt.outcome === undefined) void this.#speculate(member, true)
      else ready.push(member)
    }
    this.#context.count('deferrals', report.again.length)
    this.#queue.unshift(ready)
  }

  /** The database failed: again after a little while, with fresh reads, until patience ends. */
  #later(members: readonly Member[], error: unknown, mayPass: boolean): void {
    this.#context.count('retries')
    for (const member of members) {
      member.failures++
      const waited = this.#context.clock.now() - member.nowMs
      if (!mayPass) member.fail(new KeelsonError('internal', { cause: error }))
      // The fate of a lost COMMIT may have taken all that time to be known: there is a second try at least.
      else if (waited > this.#context.patienceMs && member.failures > 1)
        member.fail(new KeelsonError('database_unavailable', { cause: error }))
    }
    const remaining = members.filter((member) => !member.settled)
    if (remaining.length === 0) return
    const attempt = Math.max(...remaining.map((member) => member.failures))
    void pause(this.#context.scheduler, backoffMs(attempt, this.#context.random)).then(() => {
      for (const member of remaining) this.#enter(member)
    })
  }

  /** Another process runs the first command of this key. */
  async #waitForClaim(member: Member): Promise<void> {
    member.claimTries++
    if (this.#context.clock.now() - member.nowMs >= this.#options.claimWaitMs) {
      member.answer(member.invocation.claim!.busy())
      return
    }
    await pause(this.#context.scheduler, backoffMs(member.claimTries, this.#context.random, 5, 200))
    this.#enter(member)
  }

  #toSolo(member: Member, reason: string): void {
    member.facts.soloReason = reason
    if (!this.#context.store.solo) {
      member.fail(new KeelsonError('internal', { message: 'This store cannot run a command solo.' }))
      return
    }
    this.#solos.push(member)
    this.#startLong()
  }
}
