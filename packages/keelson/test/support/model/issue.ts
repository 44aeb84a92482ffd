/** One command sent to an engine, and what became of it: a line of the history that the serial model must explain. */
import { KeelsonError } from '../../../src/errors.js'
import type { Claim, Invocation } from '../../../src/engine/invocation.js'
import type { Outcome } from '../../../src/engine/outcome.js'
import type { Scheduler } from '../../../src/internal/clock.js'
import { perform, type Command } from './commands.js'
import { EngineWords } from './engine-words.js'
import { ANSWERS } from './tables.js'
import { RuleBroken } from './words.js'

export const BUSY = 'busy'

export class Issue {
  readonly index: number
  readonly command: Command
  /** Once-only key. */
  readonly key: string | undefined
  sentAt = 0
  answeredAt = Infinity
  answer: string | undefined
  /** Hints where in the serial order it belongs; smaller is earlier. */
  place = Infinity
  now = ''
  readonly ids: string[] = []
  runs = 0
  recalled = false

  constructor(index: number, command: Command, key: string | undefined) {
    this.index = index
    this.command = command
    this.key = key
  }

  invocation(scheduler: Scheduler): Invocation<unknown, string> {
    return {
      name: this.command.name,
      run: (tx) => {
        this.runs++
        let count = 0
        const words = new EngineWords(tx, this.index, scheduler, (id) => this.#keepId(count++, id))
        if (this.now !== '' && this.now !== words.now) throw new Error('now has changed between two runs.')
        this.now = words.now
        return perform(this.command, words)
      },
      answer: answerOf,
      ...(this.key === undefined ? {} : { claim: this.#claim(this.key) }),
    }
  }

  #keepId(at: number, id: string): void {
    if (this.ids[at] !== undefined && this.ids[at] !== id)
      throw new Error('An id has changed between two runs.')
    this.ids[at] = id
  }

  #claim(key: string): Claim<string> {
    return {
      table: ANSWERS,
      lock: String(9_000 + key.codePointAt(0)!),
      key,
      recall: (stored) => {
        this.recalled = true
        return stored[1]!
      },
      record: (answer) => (isRemembered(this.command, answer) ? [key, answer] : undefined),
      busy: () => BUSY,
    }
  }

  toString(): string {
    const { name, steps } = this.command
    const key = this.key === undefined ? '' : ` key ${this.key}`
    return `#${this.index}${key} [${this.sentAt}, ${this.answeredAt}] ${name} ${JSON.stringify(steps)} -> ${this.answer ?? 'no answer'}${this.recalled ? ' (recalled)' : ''}`
  }
}

/** Whether the answer is stored under the key. */
export const isRemembered = (command: Command, answer: string): boolean =>
  command.remembersRefusals || answer.startsWith('{')

/** Refusals are one word, answers JSON. */
export function answerOf(outcome: Outcome<unknown>): string {
  if (outcome.ok) return JSON.stringify(outcome.value)
  const { error } = outcome
  if (error instanceof RuleBroken) return `rule ${error.message}`
  if (error instanceof KeelsonError)
    return error.code === 'internal' ? `internal ${String(error.cause)}` : error.code
  return `thrown ${(error as Error).message}`
}
