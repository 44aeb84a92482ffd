/**
 * The engine against the serial model on a real Postgres: two engines with pools of their own run random commands at
 * once. KEELSON_SEED=n draws the commands of one seed again (what interleaves is Postgres' own); KEELSON_SEEDS=n runs
 * so many.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { systemScheduler } from '../../src/internal/clock.js'
import { createTestDatabase, GROUPS, type TestDatabase } from '../support/database.js'
import { startEngine, type TestEngine } from '../support/engine.js'
import { NotingTransaction } from '../support/model/engine-words.js'
import { History, type Stored } from '../support/model/history.js'
import { ANSWERS, DRIZZLE, INFOS, SCRIPT, TABLE_NAMES, type TableName } from '../support/model/tables.js'
import { Seeded } from '../support/seeded.js'
import type { Tuple } from '../../src/schema/table.js'

const one = process.env.KEELSON_SEED
const count = Number(process.env.KEELSON_SEEDS ?? 250)

let database: TestDatabase
let engines: TestEngine[]
let history: History
let moments = 0

before(async () => {
  database = await createTestDatabase(GROUPS + SCRIPT)
  const options = {
    Transaction: NotingTransaction,
    claimWaitMs: 60_000,
    patienceMs: 60_000,
    rerunBudgetMs: 20,
    probe: {
      committed: (_: string, accepted: Parameters<History['place']>[0]) => history.place(accepted, ++moments),
    },
  }
  engines = [
    await startEngine(database.url, Object.values(DRIZZLE), options),
    await startEngine(database.url, Object.values(DRIZZLE), { ...options, membersMax: 4, rehearse: true }),
  ]
})
after(async () => {
  for (const engine of engines) await engine.close()
  await database.drop()
})

async function tuplesOf(text: string): Promise<Tuple[]> {
  const { rows } = await database.client.query<Tuple & unknown[]>({ text, rowMode: 'array' })
  return rows.map((row) => row.map((value) => (value === null ? null : value)))
}

async function stored(): Promise<Stored> {
  const rows: Partial<Record<TableName, Tuple[]>> = {}
  for (const table of TABLE_NAMES)
    rows[table] = await tuplesOf(
      `select ${INFOS[table].columns.map(({ name }) => name).join()} from ${table}`,
    )
  return {
    rows: rows as Stored['rows'],
    notes: await tuplesOf('select command, log, payload from keelson.notes order by seq'),
    answers: await tuplesOf(`select key, answer from ${ANSWERS.name}`),
  }
}

async function load(rows: Readonly<Record<TableName, readonly Tuple[]>>): Promise<void> {
  await database.client.query(`truncate rows, names, rooms, slots, keelson.notes, keelson.answers`)
  for (const table of TABLE_NAMES) {
    for (const tuple of rows[table])
      await database.client.query(
        `insert into ${table} values (${tuple.map((_, at) => `$${at + 1}`).join()})`,
        [...tuple],
      )
  }
}

test('concurrent commands on Postgres give what some serial execution gives', async (context) => {
  const seeds = one === undefined ? Array.from({ length: count }, (_, at) => at + 1) : [Number(one)]
  for (const seed of seeds) {
    const seeded = new Seeded(seed)
    const turn = (): Promise<void> => new Promise((resolve) => systemScheduler.soon(resolve))
    history = new History({
      seeded,
      scheduler: systemScheduler,
      moment: () => ++moments,
      turn,
      prefix: `${seed} `,
    })
    await load(history.beginning())
    const initial = await stored()
    await history.unfold(engines.map(({ engine }) => engine))
    const failure = await history.judge(initial, await stored())
    if (failure !== undefined || one !== undefined)
      for (const line of [`Seed ${seed}: ${failure ?? 'as it should be'}`, ...history.issues.map(String)])
        context.diagnostic(line)
    assert.equal(failure, undefined, `Seed ${seed} fails: KEELSON_SEED=${seed} draws its commands again.`)
  }
})
