/**
 * The engine: takes commands, speculates, forms groups of what has finished, and sees each command to its answer.
 * Every queue here is bounded by `commandsMax`; there are no timers on the way of a command that finds no obstacle.
 */
import { KeelsonError } from '../errors.js'
import { pause, systemClock, systemScheduler, type Clock, type Scheduler } from '../internal/clock.js'
import { failpoint } from '../internal/failpoint.js'
import { idSource, type IdSource } from '../internal/ids.js'
import { backoffMs, systemRandom, type Random } from '../internal/random.js'
import type { Tables } from '../schema/load.js'
import { accept, DEFERRALS_MAX, type Accept } from './acceptance.js'
import type { Counter, EngineContext, Probe } from './context.js'
import { EnclosedInvocation } from './enclosed.js'
import { InFlight } from './in-flight.js'
import { runGroup, type GroupReport } from './group.js'
import type { Invocation } from './invocation.js'
import { Member, type TransactionClass } from './member.js'
import type { Store } from './port.js'
import { Queue } from './queue.js'
import { Rehearsal } from './rehearsal.js'
import { runSolo, SoloKnowledge } from './solo.js'
import { Transaction } from './transaction.js'
import { Waves } from './waves.js'

export interface EngineOptions {
  readonly store: Store
  readonly tables: Tables
  /** The class of `tx`. Default: Transaction. */
  readonly Transaction?: TransactionClass
  readonly clock?: Clock
  readonly scheduler?: Scheduler
  readonly random?: Random
  readonly newId?: IdSource
  readonly waves?: Waves
  /** Groups under way at once in this process. Default 2. */
  readonly groupsMax?: number
  /** Members of one group. Default 300. */
  readonly membersMax?: number
  /** Rows that one group may lock or write. Default 5,000. */
  readonly rowsMax?: number
  /** Commands under way in this process, beyond which new ones are refused as `overloaded`. Default 10,000. */
  readonly commandsMax?: number
  /** Solo commands under way at once. Default 4. */
  readonly solosMax?: number
  /** How long a command waits for the first one with its key, in milliseconds. Default 5,000. */
  readonly claimWaitMs?: number
  /** How long all re-runs of one group may take together, in milliseconds. Default 200. */
  readonly rerunBudgetMs?: number
  /** How long a command is tried again while the database fails, in milliseconds. Default 10,000. */
  readonly patienceMs?: number
  /**
   * How long the fate of a lost COMMIT is asked for, in milliseconds: longer than the server lets a transaction idle.
   * Default 15,000.
   */
  readonly resolveMs?: number
  readonly probe?: Probe
  /** Step 3. Default: `accept`; the proof weakens it, to show that it would notice. */
  readonly accept?: Accept
  /**
   * For development and tests: each handler runs twice on the same reads and is kept from the network, and a command
   * whose runs differ fails. Default: false.
   */
  readonly rehearse?: boolean
}

/**
 * A key in use, and who waits for it. It refers to no member: tables of a Map that was outgrown lie in the old
 * generation until it is collected, and would keep alive with them whatever they refer to.
 */
interface Turn {
  waiting: (() => void)[] | undefined
}

export class Engine {
  readonly #context: EngineContext
  readonly #options: Required<Pick<EngineOptions, 'groupsMax' | 'commandsMax' | 'solosMax' | 'claimWaitMs'>>
  readonly #waves: Waves
  readonly #queue: Queue
  readonly #rehearses: boolean
  readonly #soloKnowledge = new SoloKnowledge()
  readonly #soloQueue: Member[] = []
  /** Commands of this process by the lock of their key: the second waits for the first here, not in the database. */
  readonly #claims = new Map<string, Turn>()
  readonly #counters = new Map<Counter, number>()
  readonly #idle: (() => void)[] = []
  #commands = 0
  readonly #underWay = new Set<InFlight>()
  #solos = 0
  #forming = false

  constructor(options: EngineOptions) {
    const { store, tables, clock = systemClock, scheduler = systemScheduler, random = systemRandom } = options
    this.#options = { groupsMax: 2, commandsMax: 10_000, solosMax: 4, claimWaitMs: 5000, ...options }
    this.#rehearses = options.rehearse ?? false
    this.#queue = new Queue(options.membersMax ?? 300, options.rowsMax ?? 5000)
    this.#waves = options.waves ?? new Waves(store, scheduler)
    this.#context = {
      store,
      tables,
      Transaction: options.Transaction ?? Transaction,
      clock,
      scheduler,
      random,
      newId: options.newId ?? idSource(() => clock.now()),
      rerunBudgetMs: options.rerunBudgetMs ?? 200,
      patienceMs: options.patienceMs ?? 10_000,
      resolveMs: options.resolveMs ?? 15_000,
      probe: options.probe,
      accept: options.accept ?? accept,
      count: (counter, by = 1) => void this.#counters.set(counter, (this.#counters.get(counter) ?? 0) + by),
    }
  }

  /** What happened since the start, for metrics and tests. */
  get counters(): ReadonlyMap<Counter, number> {
    return this.#counters
  }

  /**
   * Executes a command exactly once and gives its answer after the commit that holds its effects.
   *
   * @throws KeelsonError `overloaded`, `database_unavailable`, `outcome_unknown`
   */
  execute<R, A>(invocation: Invocation<R, A>): Promise<A> {
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
      if (invocation.claim === undefined || this.#takeClaim(member, invocation.claim.lock))
        this.#enter(member)
      else void this.#enterBehind(member, invocation.claim.lock)
    })
  }

  /** Resolves when no command is under way. */
  drain(): Promise<void> {
    return this.#commands === 0 ? Promise.resolve() : new Promise((resolve) => this.#idle.push(resolve))
  }

  /** One command of a key at a time in this process. */
  #takeClaim(member: Member, lock: string): boolean {
    if (this.#claims.has(lock)) return false
    const turn: Turn = { waiting: undefined }
    this.#claims.set(lock, turn)
    member.onSettled(() => {
      this.#claims.delete(lock)
      for (const wake of turn.waiting ?? []) wake()
    })
    return true
  }

  /** Others wait their turn, then find the stored answer. */
  async #enterBehind(member: Member, lock: string): Promise<void> {
    const deadline = this.#context.clock.now() + this.#options.claimWaitMs
    while (!this.#takeClaim(member, lock)) {
      if (!(await this.#endsBefore(this.#claims.get(lock)!, deadline))) {
        member.answer(member.invocation.claim!.busy())
        return
      }
    }
    this.#enter(member)
  }

  #endsBefore(turn: Turn, deadline: number): Promise<boolean> {
    return new Promise((resolve) => {
      const cancel = this.#context.scheduler.after(Math.max(0, deadline - this.#context.clock.now()), () =>
        resolve(false),
      )
      ;(turn.waiting ??= []).push(() => {
        cancel()
        resolve(true)
      })
    })
  }

  #enter(member: Member): void {
    if (this.#soloKnowledge.has(member.invocation.name)) this.#toSolo(member)
    else void this.#speculate(member, false)
  }

  /** Step 1. Nothing is locked, nothing delays others. */
  async #speculate(member: Member, toFront: boolean): Promise<void> {
    const rehearsal = this.#rehearses ? new Rehearsal(this.#waves, this.#context) : undefined
    const { departure, storeError } = await member.run(
      this.#context.tables,
      this.#context.Transaction,
      rehearsal?.source ?? this.#waves,
    )
    if (departure?.kind === 'solo') {
      this.#soloKnowledge.remember(member.invocation.name)
      return this.#toSolo(member)
    }
    if (storeError)
      return this.#later([member], storeError.error, this.#context.store.isRetryable(storeError.error))
    if (rehearsal) {
      const error = await rehearsal.repeat(member)
      if (error) return member.answer(member.invocation.answer({ ok: false, error }))
    }
    this.#queue.push(member, toFront)
    this.#form()
  }

  /** Forms groups as soon as a slot is free and the events at hand are done. */
  #form(): void {
    if (this.#forming || this.#underWay.size >= this.#options.groupsMax || this.#queue.isEmpty) return
    this.#forming = true
    this.#context.scheduler.soon(() => {
      this.#forming = false
      const members = this.#queue.take([...this.#underWay])
      if (members.length === 0) return
      void this.#lead(members)
      this.#form()
    })
  }

  async #lead(members: readonly Member[]): Promise<void> {
    const holds = new InFlight(members)
    this.#underWay.add(holds)
    this.#context.count('groups')
    this.#context.count('members', members.length)
    let report: GroupReport | undefined
    try {
      report = await runGroup(members, this.#context)
    } catch (error) {
      for (const member of members) member.fail(new KeelsonError('internal', { cause: error }))
    }
    this.#underWay.delete(holds)
    if (report) this.#dispose(report)
    this.#form()
  }

  #dispose(report: GroupReport): void {
    if (report.parts.length > 0) {
      this.#context.count('bisections')
      this.#queue.pushParts(report.parts)
    }
    for (const { member } of report.solo) this.#toSolo(member)
    for (const member of report.waiting) void this.#waitForClaim(member)
    if (report.failed) this.#later(report.failed.members, report.failed.error, report.failed.mayPass)
    const ready: Member[] = []
    for (const member of report.again) {
      if (member.deferrals > DEFERRALS_MAX && this.#context.store.solo) this.#toSolo(member)
      // A run that did not come to an end has only half a footprint: it speculates once more.
      else if (member.attempt.outcome === undefined) void this.#speculate(member, true)
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

  #toSolo(member: Member): void {
    if (!this.#context.store.solo) {
      member.fail(new KeelsonError('internal', { message: 'This store cannot run a command solo.' }))
      return
    }
    this.#soloQueue.push(member)
    this.#nextSolo()
  }

  #nextSolo(): void {
    while (this.#solos < this.#options.solosMax && this.#soloQueue.length > 0) {
      const member = this.#soloQueue.shift()!
      this.#solos++
      this.#context.count('solos')
      void runSolo(member, this.#soloKnowledge, this.#context).then((end) => {
        this.#solos--
        if (end === 'waiting') void this.#waitForClaim(member)
        this.#nextSolo()
      })
    }
  }
}
