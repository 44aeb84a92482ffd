/** An engine over a test database, and a short way to run a handler as a command. */
import type { PgTable } from 'drizzle-orm/pg-core'
import type { Cursors } from '../../src/engine/cursor.js'
import { openDatabase } from '../../src/engine/database.js'
import { Engine } from '../../src/engine/engine.js'
import type { EngineOptions } from '../../src/engine/engine-options.js'
import type { Outcome } from '../../src/engine/outcome.js'
import type { Store } from '../../src/engine/port.js'
import { PostgresStore } from '../../src/engine/postgres-store/store.js'
import { readerOf } from '../../src/engine/reader.js'
import type { Transaction } from '../../src/engine/transaction.js'
import type { Reads } from '../../src/engine/vocabulary.js'
import { Waves } from '../../src/engine/waves.js'
import { systemScheduler, type Clock } from '../../src/internal/clock.js'
import { KeelsonError } from '../../src/errors.js'
import type { Connections } from '../../src/postgres/connections.js'
import { loadTables } from '../../src/schema/load.js'

export interface TestEngineOptions extends Partial<EngineOptions> {
  /** One that stands still lets no wave count as slow, however busy the machine is. */
  readonly wavesClock?: Clock
}

export interface TestEngine {
  readonly engine: Engine
  readonly db: Reads
  readonly connections: Connections
  /** Runs a handler as a command; resolves with what it returned, rejects with what it threw. */
  run<R>(handler: (tx: Transaction) => Promise<R> | R, name?: string): Promise<R>
  close(): Promise<void>
}

/** Cursors that anybody may read; sealing is the operations' business. */
const PLAIN_CURSORS: Cursors = {
  seal: async (list, values) => JSON.stringify([list, values]),
  async open(list, cursor) {
    const [of, values] = JSON.parse(cursor) as [string, string[]]
    if (of !== list) throw new KeelsonError('invalid_cursor')
    return values
  },
}

/** `wrap` may put something between the engine and its store. */
export async function startEngine(
  url: string,
  tables: readonly PgTable[],
  { wavesClock, ...options }: TestEngineOptions = {},
  wrap: (store: Store) => Store = (store) => store,
): Promise<TestEngine> {
  const database = openDatabase({ url, max: 12 })
  const { connections } = database
  const infos = await loadTables(connections, tables)
  const store = wrap(new PostgresStore(database))
  const waves = new Waves(store, options.scheduler ?? systemScheduler, {
    connections: database.waveConnections.max,
    ...(wavesClock ? { clock: wavesClock } : {}),
  })
  const engine = new Engine({ store, tables: infos, waves, ...options })
  return {
    engine,
    connections,
    db: readerOf(waves, infos, database.readerConnections)(PLAIN_CURSORS),
    async run<R>(handler: (tx: Transaction) => Promise<R> | R, name = 'test') {
      const outcome = await engine.execute<R, Outcome<R>>({
        name,
        run: async (tx) => handler(tx),
        answer: (given) => given,
      })
      if (outcome.ok) return outcome.value
      throw outcome.error
    },
    async close() {
      await engine.drain()
      await database.close()
    },
  }
}
