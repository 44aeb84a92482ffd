/** `db`: what a query's handler holds. Reads of all running queries share waves; SQL goes on a connection of the pool. */
import type { SQL } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
import { PgDialect, type PgDatabase, type PgQueryResultHKT } from 'drizzle-orm/pg-core'
import type pg from 'pg'
import type { Connections } from '../postgres/connections.js'
import type { Tables } from '../schema/load.js'
import type { TableInfo, Tuple } from '../schema/table.js'
import type { Cursors } from './cursor.js'
import type { Shape } from './port.js'
import { parameterText } from './postgres-store/parameter-text.js'
import { selectOf, whereOf } from './postgres-store/statements.js'
import { ReadVocabulary } from './reads.js'
import type { Reads } from './vocabulary.js'
import type { Waves } from './waves.js'

/** The reads of one query; its waves are those of all. */
export type OpenReader = (cursors: Cursors) => Reads

/** `connections` should be opened with `READER_SESSION`: a query must not write. */
export const readerOf =
  (waves: Waves, tables: Tables, connections: Connections): OpenReader =>
  (cursors) =>
    new Reader(waves, tables, connections, cursors)

/** Settings of the sessions that serve the SQL of queries. */
export const READER_SESSION = { default_transaction_read_only: 'on', statement_timeout: 10_000 } as const

const DIALECT = new PgDialect()

/** One for each pool: it costs more than the query that it builds. */
const builders = new WeakMap<Connections, PgDatabase<PgQueryResultHKT, Record<string, never>>>()

class Reader extends ReadVocabulary {
  readonly #waves: Waves
  readonly #connections: Connections
  protected readonly cursors: Cursors

  constructor(waves: Waves, tables: Tables, connections: Connections, cursors: Cursors) {
    super(tables)
    this.#waves = waves
    this.#connections = connections
    this.cursors = cursors
  }

  protected row(table: TableInfo, key: string): Promise<Tuple | null> {
    return this.#waves.row(table, key)
  }

  protected shaped(shape: Shape, parameters: readonly string[], matching?: SQL): Promise<readonly Tuple[]> {
    return matching ? this.#matching(shape, parameters, matching) : this.#waves.shaped(shape, parameters)
  }

  async sql<R extends Record<string, unknown>>(
    text: TemplateStringsArray,
    ...values: unknown[]
  ): Promise<R[]> {
    const statement = text.reduce((whole, part, at) => `${whole}$${at}${part}`)
    const { rows } = await this.#connections.readOnly((connection) => connection.query(statement, values))
    return rows as R[]
  }

  get drizzle(): PgDatabase<PgQueryResultHKT, Record<string, never>> {
    const connections = this.#connections
    const known = builders.get(connections)
    if (known !== undefined) return known
    const client = {
      query: (query: pg.QueryConfig, values?: unknown[]): Promise<pg.QueryResult> =>
        connections.readOnly((connection) => connection.client.query(query, values)),
    }
    const made = drizzle(client as unknown as pg.Client) as unknown as PgDatabase<
      PgQueryResultHKT,
      Record<string, never>
    >
    builders.set(connections, made)
    return made
  }

  /** A condition in SQL has a shape of its own each time: it is read alone. */
  async #matching(shape: Shape, parameters: readonly string[], matching: SQL): Promise<readonly Tuple[]> {
    const parameter = (at: number): string => `$${at + 1}`
    const own = whereOf(shape, parameter)
    const further = DIALECT.sqlToQuery(matching)
    const shifted = further.sql
      .replace(/\$(\d+)/g, (_, place: string) => `$${Number(place) + parameters.length}`)
      .replaceAll(`${shape.table.sql}.`, 't.')
    // Drizzle names columns by their table alone, which stands here as t.
    const text = shifted.replaceAll(`${shape.table.sql.split('.').at(-1)}.`, 't.')
    const where = own === '' ? ` where (${text})` : `${own} and (${text})`
    const { rows } = await this.#connections.readOnly((connection) =>
      connection.send({ text: selectOf(shape, where, parameter) }, [
        ...parameters,
        ...further.params.map(parameterText),
      ]),
    )
    return rows
  }
}
