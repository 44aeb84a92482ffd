/** Draws random commands from a seed, biased to few tables and keys so that they meet. */
import type { Seeded } from '../seeded.js'
import type { Command, Given, GivenRow, Step } from './commands.js'
import { TABLE_NAMES, type TableName } from './tables.js'
import type { ModelWhere } from './words.js'

export const IDS: Readonly<Record<TableName, readonly string[]>> = {
  rows: ['a', 'b', 'c'],
  names: ['k', 'l', 'm'],
  rooms: ['r', 's'],
  slots: ['t', 'u', 'v'],
}
const NAMES = ['x', 'y', 'z']
const ATS = [1, 2, null]
/** Columns to sort by. */
const ORDERS: Readonly<Record<TableName, readonly string[]>> = {
  rows: ['value', 'id'],
  names: ['name', 'uses'],
  rooms: ['size'],
  slots: ['at', 'room'],
}

/**
 * What a seed's commands are like. `broad`: all kinds of steps over all keys. `hot`: one key, so that rows come and go
 * under each other's hands. `tight`: one reads what another writes and writes what the other reads, over two keys.
 */
type Character = 'broad' | 'hot' | 'tight'

/** Draws commands; a seed's choices are biased to few tables so that they meet. */
export class Drawer {
  readonly #seeded: Seeded
  readonly #tables: readonly TableName[]
  readonly #character: Character
  readonly #keys: Readonly<Record<TableName, readonly string[]>>
  readonly #prefix: string
  #count = 0
  /** How many of the rows are there at first. */
  readonly presence: number

  /** `prefix` begins the names of the commands. */
  constructor(seeded: Seeded, prefix: string) {
    this.#seeded = seeded
    this.#prefix = prefix
    this.#character = seeded.pick(['broad', 'broad', 'hot', 'hot', 'tight', 'tight'] as const)
    const keys = { broad: 3, hot: 1, tight: 2 }[this.#character]
    this.#keys = Object.fromEntries(TABLE_NAMES.map((table) => [table, IDS[table].slice(0, keys)])) as Record<
      TableName,
      string[]
    >
    this.presence = this.#character === 'tight' ? seeded.pick([0.1, 0.9]) : 0.7
    const some = TABLE_NAMES.filter(() => seeded.chance(this.#character === 'tight' ? 0.3 : 0.6))
    if (some.includes('slots')) some.push('rooms')
    this.#tables = some.length > 0 ? some : [seeded.pick(['rows', 'names'] as const)]
  }

  command(): Command {
    const seeded = this.#seeded
    const steps = this.#steps()
    if (seeded.chance(0.5))
      steps.push({ do: 'note', log: seeded.chance(0.5) ? seeded.pick(['p', 'q']) : null })
    this.#count++
    const name = seeded.chance(0.8) ? `command-${this.#count}` : 'any'
    return { name: this.#prefix + name, steps, remembersRefusals: seeded.chance(0.7) }
  }

  #steps(): Step[] {
    const seeded = this.#seeded
    if (this.#character === 'hot')
      return Array.from({ length: 1 + seeded.int(2) }, () =>
        seeded.chance(0.6) ? this.#write() : this.#step(),
      )
    if (this.#character === 'broad')
      return Array.from({ length: 1 + seeded.int(seeded.chance(0.2) ? 7 : 4) }, () => this.#step())
    const doubt: Step[] = seeded.chance(0.3) ? [{ do: 'only if', modulus: 2, remainder: seeded.int(2) }] : []
    return [this.#read(), ...(seeded.chance(0.2) ? [this.#both()] : []), ...doubt, this.#write()]
  }

  #step(): Step {
    const seeded = this.#seeded
    const roll = seeded.int(100)
    if (roll < 38) return this.#read()
    if (roll < 44) return { do: 'only if', modulus: 2, remainder: seeded.int(2) }
    if (roll < 46) return { do: 'fail' }
    if (roll < 47) return { do: 'throw' }
    if (roll < 51) return { do: 'pause', microtasks: 1 + seeded.int(5) }
    if (roll < 52) return { do: 'pause', delayMs: seeded.int(40) }
    if (roll < 56) return this.#both()
    return this.#write()
  }

  /** Often the same read twice, with a wait in between: a run must not see two answers. */
  #both(): Step {
    const first = this.#read()
    return {
      do: 'both',
      first,
      pause: this.#seeded.int(5),
      second: this.#seeded.chance(0.5) ? first : this.#read(),
    }
  }

  #read(): Step {
    const seeded = this.#seeded
    const table = seeded.pick(this.#tables)
    const roll = seeded.int(20)
    if (roll < 10) return { do: 'get', table, id: seeded.pick(this.#keys[table]) }
    if (roll < 12) return { do: 'getMany', table, ids: this.#keys[table].filter(() => seeded.chance(0.7)) }
    if (roll < 16 && table === 'names') return { do: 'find', table, values: { name: seeded.pick(NAMES) } }
    if (roll < 16 && table === 'slots')
      return { do: 'find', table, values: { room: seeded.pick(this.#keys.rooms), at: seeded.pick([1, 2]) } }
    const where = this.#where(table)
    if (roll < 18) return { do: seeded.pick(['list', 'count', 'exists'] as const), table, where }
    const by = seeded.pick(ORDERS[table])
    const top = { by, descending: seeded.chance(0.5), limit: 1 + seeded.int(3) }
    return { do: 'top', table, where, top }
  }

  #write(): Step {
    const seeded = this.#seeded
    const table = seeded.pick(this.#tables)
    const id = seeded.pick(this.#keys[table])
    const roll = seeded.int(44)
    if (roll < 8) return { do: 'insert', table, row: this.#row(table) }
    if (roll < 12) return { do: 'insertIgnore', table, row: this.#row(table) }
    if (roll < 16) return this.#upsert(table)
    if (roll < 26) return { do: 'update', table, id, patch: this.#patch(table) }
    if (roll < 32) return this.#increment(table, id)
    if (roll < 40) return { do: 'delete', table, id }
    if (roll < 42) return { do: 'updateWhere', table, where: this.#where(table), patch: this.#patch(table) }
    return { do: 'deleteWhere', table, where: this.#where(table) }
  }

  #upsert(table: TableName): Step {
    const byName = table === 'names' && this.#seeded.chance(0.5)
    const row = this.#row(table)
    return byName
      ? { do: 'upsert', table, row: { ...row, name: this.#seeded.pick(NAMES) }, by: 'name' }
      : { do: 'upsert', table, row }
  }

  #increment(table: TableName, id: string): Step {
    const delta = this.#seeded.pick([1, 2, -1, -2])
    if (table === 'rows') return { do: 'increment', table, id, by: { value: delta } }
    if (table === 'names') return { do: 'increment', table, id, by: { uses: delta } }
    if (table === 'rooms') return { do: 'increment', table, id, by: { size: delta } }
    return { do: 'update', table, id, patch: this.#patch(table) }
  }

  #where(table: TableName): ModelWhere {
    const seeded = this.#seeded
    if (seeded.chance(0.4)) return {}
    if (table === 'rows')
      return { value: seeded.chance(0.7) ? { gte: seeded.int(4) } : { lt: 1 + seeded.int(4) } }
    if (table === 'names')
      return { name: seeded.chance(0.7) ? seeded.pick([...NAMES, null]) : { in: NAMES.slice(seeded.int(3)) } }
    if (table === 'rooms') return { size: { gte: seeded.int(3) } }
    return { room: seeded.pick(this.#keys.rooms) }
  }

  #row(table: TableName): GivenRow {
    return {
      id: this.#seeded.chance(0.3) ? 'new id' : this.#seeded.pick(this.#keys[table]),
      ...this.#columns(table),
    }
  }

  #patch(table: TableName): GivenRow {
    const columns = Object.entries(this.#columns(table))
    const some = columns.filter(() => this.#seeded.chance(0.6))
    return Object.fromEntries(some.length > 0 ? some : columns)
  }

  #columns(table: TableName): GivenRow {
    const seeded = this.#seeded
    const value = (): Given =>
      seeded.chance(0.6) ? { of: [0, 1, 2, 3, 4] } : seeded.int(6) - (seeded.chance(0.2) ? 3 : 0)
    if (table === 'rows') return { value: value() }
    if (table === 'names')
      return { name: seeded.chance(0.3) ? { of: NAMES } : seeded.pick([...NAMES, null]), uses: value() }
    if (table === 'rooms') return { size: value() }
    return { room: seeded.pick(this.#keys.rooms), at: seeded.chance(0.3) ? { of: ATS } : seeded.pick(ATS) }
  }
}
