/** What clients send, what they are answered, and the verdict whether that could be: the same for memory and Postgres. */
import type { Accepted } from '../../../src/engine/acceptance.js'
import type { Engine } from '../../../src/engine/engine.js'
import type { EffectRow } from '../../../src/engine/port.js'
import type { Scheduler } from '../../../src/internal/clock.js'
import type { Tuple } from '../../../src/schema/table.js'
import type { Seeded } from '../seeded.js'
import type { Command } from './commands.js'
import { Drawer, IDS } from './drawer.js'
import { Issue } from './issue.js'
import { findSerialOrder } from './serial-order.js'
import { stateText, type ModelState } from './state.js'
import { INFOS, TABLE_NAMES, type TableName } from './tables.js'
import type { ModelRow, Value } from './words.js'

/** Everything that is stored, as Postgres prints it. Notes in their order: command, log, payload. */
export interface Stored {
  readonly rows: Readonly<Record<TableName, readonly Tuple[]>>
  readonly notes: readonly EffectRow[]
  readonly answers: readonly EffectRow[]
}

export interface Surroundings {
  readonly seeded: Seeded
  readonly scheduler: Scheduler
  /** Rises with every event. */
  readonly moment: () => number
  /** Lets others go first. */
  readonly turn: () => Promise<void>
  /** Distinguishes the commands of different histories that one engine sees. */
  readonly prefix: string
}

export class History {
  readonly issues: Issue[] = []
  readonly #surroundings: Surroundings
  readonly #drawer: Drawer
  readonly #keyed: readonly Command[]
  readonly #byInvocation = new Map<object, Issue>()

  constructor(surroundings: Surroundings) {
    const { seeded, prefix } = surroundings
    this.#surroundings = surroundings
    this.#drawer = new Drawer(seeded, prefix)
    this.#keyed = seeded.chance(0.4) ? [this.#drawer.command(), this.#drawer.command()] : []
  }

  /** The rows that it begins with. */
  beginning(): Record<TableName, Tuple[]> {
    return drawRows(this.#surroundings.seeded, this.#drawer.presence)
  }

  /** Several clients; each sends one command after the other. Some commands are sent again, under one key. */
  async unfold(engines: readonly Engine[]): Promise<void> {
    const { seeded, turn } = this.#surroundings
    const clients = Array.from({ length: 2 + seeded.int(7) }, async () => {
      const engine = seeded.pick(engines)
      for (let left = 1 + seeded.int(3); left > 0; left--) {
        if (seeded.chance(0.3)) await turn()
        await this.#send(engine, this.#next())
      }
    })
    await Promise.all(clients)
  }

  issueOf(invocation: object): Issue | undefined {
    return this.#byInvocation.get(invocation)
  }

  /** Their place in the serial order, as far as the engine tells. */
  place(accepted: readonly Accepted[], place: number): void {
    accepted.forEach(({ member }, at) => {
      const issue = this.issueOf(member.invocation)
      if (issue) issue.place = place + at / 1000
    })
  }

  /** What is wrong, or undefined. */
  async judge(before: Stored, after: Stored): Promise<string | undefined> {
    const wrong = this.#judgeNotes(after.notes)
    if (wrong !== undefined) return wrong
    const initial = stateOf(before)
    const final = stateOf(after)
    const { found, order, state } = await findSerialOrder(this.issues, initial, final)
    if (found) return undefined
    return [
      `No serial order explains this history; the longest explains ${order.length} of ${this.issues.length}: ${order.map(({ index }) => index).join()}`,
      `at first:     ${stateText(initial)}`,
      `so explained: ${stateText(state)}`,
      `in the end:   ${stateText(final)}`,
    ].join('\n')
  }

  #next(): Issue {
    const { seeded } = this.#surroundings
    const at = this.#keyed.length > 0 && seeded.chance(0.4) ? seeded.int(this.#keyed.length) : -1
    const issue = new Issue(this.issues.length, this.#keyed[at] ?? this.#drawer.command(), 'fg'[at])
    this.issues.push(issue)
    return issue
  }

  async #send(engine: Engine, issue: Issue): Promise<void> {
    const { scheduler, moment } = this.#surroundings
    issue.sentAt = moment()
    const invocation = issue.invocation(scheduler)
    this.#byInvocation.set(invocation, issue)
    issue.answer = await engine.execute(invocation)
    issue.answeredAt = moment()
  }

  /** A command that was accepted has left its notes once, any other none. */
  #judgeNotes(notes: readonly EffectRow[]): string | undefined {
    for (const { index, answer, recalled, command } of this.issues) {
      const left = notes.filter(([command]) => command === String(index)).length
      const most =
        answer!.startsWith('{') && !recalled ? command.steps.filter((step) => step.do === 'note').length : 0
      if (left > most) return `#${index} has left ${left} notes, at most ${most} can be right.`
    }
    return undefined
  }
}

function stateOf({ rows, notes, answers }: Stored): ModelState {
  const rowOf = (table: TableName, tuple: Tuple): [string, ModelRow] => {
    const decoded = INFOS[table].columns.map(({ property, index, codec }): [string, Value] => [
      property,
      tuple[index] === null ? null : (codec.decode(tuple[index]!) as Value),
    ])
    return [tuple[0]!, Object.fromEntries(decoded)]
  }
  const byTable = TABLE_NAMES.map((table) => [
    table,
    new Map(rows[table].map((tuple) => rowOf(table, tuple))),
  ])
  const logs = new Map<string, string[]>()
  for (const [command, log, payload] of notes)
    if (log) logs.set(log, [...(logs.get(log) ?? []), `${command} ${payload}`])
  return {
    rows: Object.fromEntries(byTable) as ModelState['rows'],
    logs,
    answers: new Map(answers.map(([key, answer]) => [key!, answer!])),
  }
}

function drawRows(seeded: Seeded, presence: number): Record<TableName, Tuple[]> {
  const drawn = (table: TableName): readonly string[] => IDS[table].filter(() => seeded.chance(presence))
  const rooms = drawn('rooms')
  return {
    rows: drawn('rows').map((id) => [id, '2']),
    names: drawn('names').map((id) => [id, { k: 'x', l: 'y' }[id] ?? null, '0']),
    rooms: rooms.map((id) => [id, '1']),
    slots: rooms.includes('r') ? drawn('slots').map((id) => [id, 'r', null]) : [],
  }
}
