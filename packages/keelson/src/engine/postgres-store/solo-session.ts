/** Step 7 over Postgres: one connection and one transaction for one command. */
import { drizzle } from 'drizzle-orm/node-postgres'
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core'
import type pg from 'pg'
import type { Connection } from '../../postgres/connection.js'
import { sqlStateOf } from '../../postgres/sqlstate.js'
import type { TableInfo, Tuple } from '../../schema/table.js'
import type {
  EffectRow,
  EffectRows,
  FlushResult,
  Shape,
  SoloPlan,
  SoloSession,
  Touched,
  Write,
} from '../port.js'
import { columnArrays, keyArrays } from './arrays.js'
import { sendStatement } from './send-flush.js'
import type { SoloEnding } from './solo-ending.js'
import * as sql from './statements.js'

/** Tables, partitioned tables and materialised views of users that this backend has locked; more than read: its rows too. */
const TOUCHED = {
  name: 'keelson_touched',
  text: `select c.oid::int4, bool_or(l.mode <> 'AccessShareLock') from pg_locks l join pg_class c on c.oid = l.relation join pg_namespace n on n.oid = c.relnamespace
    where l.pid = pg_backend_pid() and l.locktype = 'relation' and l.database = (select oid from pg_database where datname = current_database())
    and c.relkind in ('r', 'p', 'm') and n.nspname not in ('pg_catalog', 'information_schema', 'keelson') and n.nspname not like 'pg\\_temp%' group by c.oid`,
}

/** Ends a run at a table that it has not guarded: learned now, it is guarded the next time. */
class NotGuarded extends Error {
  constructor() {
    super('A table is not guarded yet.')
  }
}

/** Ids of the tables that the foreign keys of a write look into. */
export function referencesOf(write: Write): number[] {
  const { table } = write
  const parents = table.foreignKeys.map(({ references }) => references)
  const looksForChildren =
    write.kind === 'delete' ||
    (write.kind === 'update' && write.columns.some((column) => table.columns[column]!.keyed))
  return looksForChildren ? [...parents, ...table.referencedBy.map(({ id }) => id)] : parents
}

export class PostgresSoloSession implements SoloSession {
  readonly claimed: boolean
  readonly stored: EffectRow | undefined
  readonly #connection: Connection
  readonly #ending: SoloEnding
  readonly #guards: Touched
  readonly #touched = new Map<number, boolean>()

  constructor(
    connection: Connection,
    ending: SoloEnding,
    { guards, visits }: SoloPlan,
    claimed: boolean,
    stored: EffectRow | undefined,
  ) {
    this.#connection = connection
    this.#ending = ending
    this.#guards = new Map(guards.map((id) => [id, visits.includes(id)]))
    this.claimed = claimed
    this.stored = stored
  }

  async row(table: TableInfo, key: string, lock: boolean): Promise<Tuple | null> {
    this.#touch([table.id], lock)
    const keys = keyArrays(table, [key])
    if (lock) await this.#connection.send(sql.lockRows(table, 'update'), keys)
    const { rows } = await this.#connection.send(sql.readRows(table), keys)
    const [row] = rows
    return row ? row.slice(0, table.columns.length) : null
  }

  async shaped(shape: Shape, parameters: readonly string[]): Promise<readonly Tuple[]> {
    this.#touch([shape.table.id], false)
    const values = columnArrays([parameters], [...Array(sql.parameterCount(shape)).keys()])
    const { rows } = await this.#connection.send(sql.readShape(shape), values)
    return sql.parameterCount(shape) === 0 ? rows : rows.map((row) => row.slice(0, -1))
  }

  async write(write: Write): Promise<void> {
    this.#touch([write.table.id, ...referencesOf(write)], true)
    await sendStatement(this.#connection, write)
  }

  async insertReturning(
    table: TableInfo,
    columns: readonly number[],
    values: readonly (string | null)[],
  ): Promise<Tuple> {
    this.#touch([table.id, ...table.foreignKeys.map(({ references }) => references)], true)
    const infos = columns.map((column) => table.columns[column]!)
    const names = infos.map((column) => column.sql).join(', ')
    const places = infos.map((column, at) => `$${at + 1}::text::${column.cast}`).join(', ')
    const into = columns.length === 0 ? 'default values' : `(${names}) values (${places})`
    const returning = table.columns.map((column) => column.sql).join(', ')
    const { rows } = await this.#connection.send(
      { text: `insert into ${table.sql} ${into} returning ${returning}` },
      values,
    )
    return rows[0]!
  }

  async query(text: string, values: readonly unknown[]): Promise<readonly Record<string, unknown>[]> {
    await this.#noteTouched()
    const { rows } = await this.#connection.query(text, values)
    return rows
  }

  drizzle(before: () => Promise<void>): PgDatabase<PgQueryResultHKT, Record<string, never>> {
    const client = {
      // Drizzle gives the query as pg's own configuration object, with its values beside it.
      query: async (query: pg.QueryConfig, values?: unknown[]): Promise<pg.QueryResult> => {
        await before()
        await this.#noteTouched()
        // Extended: one text is one statement, and cannot end the transaction behind another.
        return this.#connection.client.query({ ...query, queryMode: 'extended' } as pg.QueryConfig, values)
      },
    }
    return drizzle(client as unknown as pg.Client)
  }

  /**
   * Known without asking, and before rows are locked that others may hold: only what SQL texts lock is learned by having
   * met it. Reading without a guard harms nobody; such a run is undone.
   */
  #touch(tables: readonly number[], locksRows: boolean): void {
    for (const id of tables) this.#note(id, locksRows)
    if (locksRows && !tables.every((id) => this.#guards.get(id) === true)) throw new NotGuarded()
  }

  #note(id: number, locksRows: boolean): void {
    this.#touched.set(id, locksRows || this.#touched.get(id) === true)
  }

  async touched(): Promise<Touched> {
    await this.#askTouched().catch((error: unknown) => {
      // A failed statement of the handler has aborted the transaction; what went before it is known already.
      if (sqlStateOf(error) !== '25P02') throw error
    })
    return this.#touched
  }

  async #askTouched(): Promise<void> {
    const { rows } = await this.#connection.send(TOUCHED)
    for (const [oid, locksRows] of rows) this.#note(Number(oid), locksRows === 't')
  }

  /** Sent ahead of each statement of the handler: should that one fail, the locks before it are known. */
  async #noteTouched(): Promise<void> {
    // Its failure is the handler's statement's failure too, which is reported there.
    await this.#askTouched().catch(() => undefined)
  }

  async undo(): Promise<void> {
    await this.#connection.send({ text: 'rollback to savepoint keelson_handler' })
  }

  commit(effects: readonly EffectRows[]): Promise<FlushResult> {
    return this.#ending.commit(effects)
  }

  rollback(): Promise<void> {
    return this.#ending.rollback()
  }
}
