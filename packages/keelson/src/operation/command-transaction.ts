/**
 * `tx` of a command: the engine's transaction with what operations add to it: events, jobs, and calls of other commands.
 */
import type { Cursors } from '../engine/cursor.js'
import type { EffectRow, EffectTable } from '../engine/port.js'
import { Transaction } from '../engine/transaction.js'
import { KeelsonError } from '../errors.js'
import { EVENTS, lockOf, recorded } from '../events/outbox.js'
import type { Event } from '../events/event.js'
import { enqueued, JOBS } from '../jobs/enqueued.js'
import type { EnqueueOptions, Job } from '../jobs/job.js'
import type { CommandVocabulary } from './context.js'
import type { Command } from './definition.js'

/** Runs other commands for a transaction, with the caller of the request. */
export interface Caller {
  /** For the pages that the command reads; whoever reads none needs none. */
  readonly cursors?: Cursors
  call(command: Command, input: unknown, tx: CommandTransaction): Promise<unknown>
  /** Whether the application lists the job: nobody would run another. */
  knows(job: Job): boolean
  /** The trace of the request, which events and jobs go on with. */
  readonly traceparent?: string | undefined
}

export class CommandTransaction extends Transaction implements CommandVocabulary {
  #caller: Caller | undefined
  #traceparent: string | undefined
  #failure: { readonly error: unknown } | undefined
  /** Calls within calls at this moment. */
  depth = 0

  /** Says on whose behalf this run happens; before the handler starts. */
  begin(caller: Caller): void {
    this.#caller = caller
  }

  protected override get cursors(): Cursors {
    return this.#caller?.cursors ?? super.cursors
  }

  /** Events and jobs from here on go on with this trace rather than the caller's. */
  goOnWith(traceparent: string | undefined): void {
    this.#traceparent = traceparent
  }

  get #trace(): string | undefined {
    return this.#traceparent ?? this.#caller!.traceparent
  }

  emit<P>(event: Event<P>, payload: P): void {
    const { row, key } = recorded(event, payload, this.now, this.#trace)
    // A key that this command itself made cannot have events from elsewhere before the commit: no lock is needed.
    this.effect(EVENTS, row, this.isBorn(key) ? undefined : lockOf(key))
  }

  enqueue<I>(job: Job<I>, input: I, options: EnqueueOptions = {}): string {
    if (!this.#caller!.knows(job))
      throw new KeelsonError('invalid_use', {
        message: `tx.enqueue: \`${job.name}\` belongs to no module of the app: list it in one.`,
      })
    const id = this.id()
    this.effect(JOBS, enqueued(job, input, options, id, this.#trace))
    return id
  }

  /** For parts of Keelson that have something to say in the command's commit. */
  record(table: EffectTable, row: EffectRow): void {
    this.effect(table, row)
  }

  async call<I, O>(command: Command<I, O>, input: I): Promise<O> {
    try {
      return (await this.#caller!.call(command, input, this)) as O
    } catch (error) {
      this.#failure ??= { error }
      throw error
    }
  }

  /** Throws what a called command failed with: part of its writes may stand, so that nothing can be kept. */
  throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error
  }
}
