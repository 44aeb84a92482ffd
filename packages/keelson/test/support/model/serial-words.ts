/** The words of random commands, told to a plain serial world that runs one command at a time. */
import { brokenRule, meets, uniqueValues, type ModelState } from './state.js'
import type { TableName } from './tables.js'
import type { ModelRow, ModelWhere, Top, Value, Words } from './words.js'

type Op =
  | { readonly kind: 'insert'; readonly row: ModelRow }
  | { readonly kind: 'change'; readonly change: (row: ModelRow) => ModelRow }
  | { readonly kind: 'delete' }

/**
 * When the writes of a command take effect: `sets`: at its end, parents first in, children first out, as a group flushes
 * them; `ordered`: at its end in its own order, as the flush of one alone; `stepwise`: before its next read, as solo.
 * All three are what the command does alone; they differ only where it is wrong for a moment.
 */
export type Manner = 'sets' | 'ordered' | 'stepwise'

interface WrittenRow {
  readonly table: TableName
  readonly id: string
  readonly ops: readonly Op[]
}

/** A refusal by the database's rules; any of these codes is right. */
export class Refused extends Error {
  readonly codes: ReadonlySet<string>

  constructor(codes: Iterable<string>) {
    super()
    this.codes = new Set(codes)
  }
}

function fold(base: ModelRow | null, ops: readonly Op[]): ModelRow | null {
  let row = base
  for (const op of ops) {
    if (op.kind === 'insert') {
      if (row) throw new Refused(['unique_violation'])
      row = op.row
    } else {
      if (!row) throw new Refused(['not_found'])
      row = op.kind === 'delete' ? null : op.change(row)
    }
  }
  return row
}

/** Rows that come in the order of their keys; NULL is above all values. */
function inOrder(rows: readonly ModelRow[], { by, descending, limit }: Top): ModelRow[] {
  const sign = (left: Value, right: Value): number => {
    if (left === null || right === null) return Number(left === null) - Number(right === null)
    return left < right ? -1 : left > right ? 1 : 0
  }
  const sorted = rows.toSorted((left, right) => sign(left[by]!, right[by]!) || sign(left.id!, right.id!))
  return (descending ? sorted.toReversed() : sorted).slice(0, limit)
}

export class SerialWords implements Words {
  readonly now: string
  readonly #ids: readonly string[]
  readonly #manner: Manner
  readonly #rows: Record<TableName, ReadonlyMap<string, ModelRow>>
  /** In the order of their first writes. */
  readonly #written = new Map<string, WrittenRow>()
  /** Write by write. */
  readonly #unsent: WrittenRow[] = []
  readonly #seen = new Set<string>()
  #idCount = 0
  readonly notes: { readonly log: string | null; readonly payload: string }[] = []

  constructor(state: ModelState, now: string, ids: readonly string[], manner: Manner) {
    this.#rows = { ...state.rows }
    this.now = now
    this.#ids = ids
    this.#manner = manner
  }

  id(): string {
    return this.#ids[this.#idCount++] ?? `unknown-${this.#idCount}`
  }

  async get(table: TableName, id: string): Promise<ModelRow | undefined> {
    this.#beforeRead()
    const ops = this.#opsOn(table, id)
    if (ops[0]?.kind === 'insert') return fold(null, ops) ?? undefined
    this.#seen.add(`${table} ${id}`)
    return fold(this.#rows[table].get(id) ?? null, ops) ?? undefined
  }

  async find(table: TableName, values: ModelRow): Promise<ModelRow | undefined> {
    this.#beforeRead()
    for (const { table: of, ops } of this.#written.values()) {
      const own = of === table && ops[0]!.kind === 'insert' ? fold(null, ops) : null
      if (own && meets(own, values)) return own
    }
    const [row] = this.#matching(table, values)
    if (row) this.#seen.add(`${table} ${row.id}`)
    return row
  }

  async getMany(table: TableName, ids: readonly string[]): Promise<readonly (ModelRow | undefined)[]> {
    const rows: (ModelRow | undefined)[] = []
    for (const id of ids) rows.push(await this.get(table, id))
    return rows
  }

  async list(table: TableName, where: ModelWhere): Promise<readonly ModelRow[]> {
    this.#beforeRead()
    return this.#matching(table, where)
  }

  async top(table: TableName, where: ModelWhere, top: Top): Promise<readonly ModelRow[]> {
    this.#beforeRead()
    return inOrder(this.#matching(table, where), top)
  }

  async count(table: TableName, where: ModelWhere): Promise<number> {
    return (await this.list(table, where)).length
  }

  async exists(table: TableName, where: ModelWhere): Promise<boolean> {
    return (await this.count(table, where)) > 0
  }

  insert(table: TableName, row: ModelRow): void {
    this.#write(table, row.id as string, { kind: 'insert', row })
  }

  async insertIgnore(table: TableName, row: ModelRow): Promise<boolean> {
    if (await this.get(table, row.id as string)) return false
    for (const values of uniqueValues(table, row)) if (await this.find(table, values)) return false
    this.insert(table, row)
    return true
  }

  async upsert(table: TableName, row: ModelRow, by = 'id'): Promise<ModelRow> {
    const existing =
      by === 'id' ? await this.get(table, row.id as string) : await this.find(table, { [by]: row[by]! })
    if (!existing) {
      this.insert(table, row)
      return row
    }
    this.update(table, existing.id as string, { ...row, id: existing.id! })
    return (await this.get(table, existing.id as string))!
  }

  update(table: TableName, id: string, patch: ModelRow): void {
    this.#write(table, id, { kind: 'change', change: (row) => ({ ...row, ...patch }) })
  }

  increment(table: TableName, id: string, by: Readonly<Record<string, number>>): void {
    const added = ([column, delta]: [string, number], row: ModelRow): [string, Value] => [
      column,
      (row[column] as number) + delta,
    ]
    this.#write(table, id, {
      kind: 'change',
      change: (row) => ({
        ...row,
        ...Object.fromEntries(Object.entries(by).map((entry) => added(entry, row))),
      }),
    })
  }

  delete(table: TableName, id: string): void {
    this.#write(table, id, { kind: 'delete' })
  }

  async updateWhere(table: TableName, where: ModelWhere, patch: ModelRow): Promise<number> {
    const ids = await this.#idsWhere(table, where)
    for (const id of ids) this.update(table, id, patch)
    return ids.length
  }

  async deleteWhere(table: TableName, where: ModelWhere): Promise<number> {
    const ids = await this.#idsWhere(table, where)
    for (const id of ids) this.delete(table, id)
    return ids.length
  }

  note(log: string | null, payload: string): void {
    this.notes.push({ log, payload })
  }

  async pause(): Promise<void> {
    // The serial world has no time.
  }

  /** The rows as the command leaves them. @throws Refused */
  end(): ModelState['rows'] {
    const refusals = this.#send()
    if (refusals.size > 0) throw new Refused(refusals)
    return this.#rows
  }

  #opsOn(table: TableName, id: string): readonly Op[] {
    return this.#written.get(`${table} ${id}`)?.ops ?? []
  }

  #matching(table: TableName, where: ModelWhere): ModelRow[] {
    const written = [...this.#written.values()].flatMap((row) => (row.table === table ? row.id : []))
    const ids = new Set([...this.#rows[table].keys(), ...written])
    const seen = [...ids].flatMap((id) => {
      const ops = this.#opsOn(table, id)
      const stored = this.#rows[table].get(id) ?? null
      // An insert over a stored row is doomed; until it is refused both are there.
      if (ops[0]?.kind === 'insert') return [fold(null, ops), stored]
      // So is a change of a row that is not there.
      return stored ? [fold(stored, ops)] : []
    })
    return seen
      .filter((row) => row !== null)
      .filter((row) => meets(row, where))
      .sort((left, right) => (String(left.id) < String(right.id) ? -1 : 1))
  }

  async #idsWhere(table: TableName, where: ModelWhere): Promise<string[]> {
    const ids = (await this.list(table, where)).map((row) => row.id as string)
    for (const id of ids) this.#seen.add(`${table} ${id}`)
    return ids
  }

  #write(table: TableName, id: string, op: Op): void {
    const ops = this.#opsOn(table, id)
    const known = this.#seen.has(`${table} ${id}`)
    const inserts = ops[0]?.kind === 'insert'
    if (this.#manner !== 'stepwise' && (known || inserts))
      fold(inserts ? null : (this.#rows[table].get(id) ?? null), [...ops, op])
    this.#written.set(`${table} ${id}`, { table, id, ops: [...ops, op] })
    this.#unsent.push({ table, id, ops: [op] })
  }

  #beforeRead(): void {
    if (this.#manner !== 'stepwise') return
    const refusals = this.#send()
    if (refusals.size > 0) throw new Refused(refusals)
  }

  /** Lets the writes take effect; gives what stands against them. */
  #send(): Set<string> {
    const refusals = new Set<string>()
    const written = this.#manner === 'stepwise' ? this.#unsent.splice(0) : [...this.#written.values()]
    if (this.#manner === 'sets') written.sort((left, right) => this.#turnOf(left) - this.#turnOf(right))
    for (const row of written) for (const code of this.#apply(row)) refusals.add(code)
    this.#written.clear()
    return refusals
  }

  /** Inserts, then updates, then deletes; children after their parents, deletes the other way round. */
  #turnOf({ table, id, ops }: WrittenRow): number {
    const rank = table === 'slots' ? 1 : 0
    const goes = ops.at(-1)!.kind === 'delete'
    const exists = this.#rows[table].has(id)
    return goes ? 5 - rank : exists ? 2 + rank : rank
  }

  #apply({ table, id, ops }: WrittenRow): Iterable<string> {
    let after: ModelRow | null
    try {
      after = fold(this.#rows[table].get(id) ?? null, ops)
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      // A row that breaks two rules is refused for either.
      const own = ops[0]?.kind === 'insert' ? [ops[0].row, fold(null, ops)] : []
      const broken = own.flatMap(
        (row) => (row && brokenRule({ ...this.#rows, [table]: new Map() }, table, id, row)) ?? [],
      )
      return [...error.codes, ...broken]
    }
    if (after === null && !this.#rows[table].has(id)) return []
    const broken = brokenRule(this.#rows, table, id, after)
    if (broken !== undefined) return [broken]
    const rows = new Map(this.#rows[table])
    if (after) rows.set(id, after)
    else rows.delete(id)
    this.#rows[table] = rows
    return []
  }
}
