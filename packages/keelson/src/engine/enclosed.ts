/**
 * A command whose handler is kept from the network, in development: what it does there would happen again with each run,
 * and could not be undone. Whatever the handler makes of the error, the command fails with it.
 */
import { KeelsonError } from '../errors.js'
import { enclosed, type Enclosure } from '../internal/enclosure.js'
import type { Facts } from './facts.js'
import type { Claim, Invocation } from './invocation.js'
import type { Outcome } from './outcome.js'
import type { Transaction } from './transaction.js'

/** One run of a handler. */
class Kept implements Enclosure {
  readonly #command: string
  isOpen = true
  misuse: KeelsonError | undefined

  constructor(command: string) {
    this.#command = command
  }

  refuse(what: string): Error {
    const error = new KeelsonError('invalid_use', {
      message: `The handler of \`${this.#command}\` ${what}. It may run more than once, and what it does outside of tx cannot be undone: emit an event, or do it before or after the command, outside of its handler. For the command's own database there are tx.sql and tx.drizzle.`,
    })
    this.misuse ??= error
    return error
  }
}

export class EnclosedInvocation<R, A> implements Invocation<R, A> {
  readonly name: string
  readonly claim?: Claim<A>
  readonly groupKey?: string
  readonly facts?: Facts
  readonly #invocation: Invocation<R, A>

  constructor(invocation: Invocation<R, A>) {
    this.#invocation = invocation
    this.name = invocation.name
    if (invocation.claim !== undefined) this.claim = invocation.claim
    if (invocation.groupKey !== undefined) this.groupKey = invocation.groupKey
    if (invocation.facts !== undefined) this.facts = invocation.facts
  }

  async run(tx: Transaction): Promise<R> {
    const kept = new Kept(this.name)
    const [ended] = await Promise.allSettled([enclosed(kept, () => this.#invocation.run(tx))])
    kept.isOpen = false
    if (kept.misuse !== undefined) throw kept.misuse
    if (ended.status === 'fulfilled') return ended.value
    throw ended.reason
  }

  answer(outcome: Outcome<R>): A {
    return this.#invocation.answer(outcome)
  }
}
