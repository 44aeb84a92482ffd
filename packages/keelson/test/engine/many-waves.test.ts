/** Commands that read one after the other what they could read at once. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { integer, pgTable, text } from 'drizzle-orm/pg-core'
import type { Transaction } from '../../src/engine/transaction.js'
import type { KeelsonError } from '../../src/errors.js'
import { createTestDatabase, GROUPS, type TestDatabase } from '../support/database.js'
import { startEngine, type TestEngine } from '../support/engine.js'

const items = pgTable('items', { sku: text().primaryKey(), stock: integer().notNull() })
const SKUS = Array.from({ length: 9 }, (_, at) => `item-${at}`)

let database: TestDatabase
let development: TestEngine
let production: TestEngine

before(async () => {
  database =
    await createTestDatabase(`${GROUPS} create table items (sku text primary key, stock int not null);
    insert into items select 'item-' || n, n from generate_series(0, 99) n`)
  development = await startEngine(database.url, [items], { development: true })
  production = await startEngine(database.url, [items])
})
after(async () => {
  await development.close()
  await production.close()
  await database.drop()
})

const manyWaves = ({ engine }: TestEngine): number => engine.counters.get('manyWaves') ?? 0

async function oneByOne(tx: Transaction, skus: readonly string[] = SKUS): Promise<number> {
  let sum = 0
  for (const sku of skus) sum += (await tx.require(items, sku)).stock
  return sum
}

const refusal = (error: KeelsonError): boolean => {
  assert.equal(error.code, 'too_many_waves')
  assert.match(error.message, /^loop .* more than 8 times, at .*many-waves\.test\.(js|ts):\d+:\d+\. /)
  return true
}

test('in development a ninth wave of one shape fails the command, naming the line and the form to use', async () => {
  await assert.rejects(
    development.run((tx) => oneByOne(tx), 'loop'),
    (error: KeelsonError) => refusal(error) && /: tx\.getMany\(items, keys\)/.test(error.message),
  )
  await assert.rejects(
    development.run(async (tx) => {
      for (const sku of SKUS) await tx.list(items, { where: { sku } })
    }, 'loop'),
    (error: KeelsonError) => refusal(error) && /: tx\.children\(parents, items\)/.test(error.message),
  )
})

test('a handler cannot swallow it', async () => {
  await assert.rejects(
    development.run((tx) => oneByOne(tx).catch(() => 0), 'loop'),
    refusal,
  )
})

test('in production it is counted, once a run', async () => {
  const counted = manyWaves(production)
  assert.equal(await production.run((tx) => oneByOne(tx, [...SKUS, 'item-9', 'item-10'])), 55)
  assert.equal(manyWaves(production), counted + 1)
})

test('eight waves, reads at once, and rows that were read before are as they should be', async () => {
  const counted = manyWaves(development)
  await development.run(async (tx) => {
    await oneByOne(tx, SKUS.slice(1))
    await oneByOne(tx, SKUS.slice(1))
  })
  await development.run((tx) =>
    Promise.all(Array.from({ length: 90 }, (_, at) => tx.require(items, `item-${at}`))),
  )
  await development.run(async (tx) => {
    const rows = await tx.getMany(items, SKUS)
    for (const sku of SKUS) assert.equal(`item-${rows.get(sku)!.stock}`, sku)
  })
  assert.equal(manyWaves(development), counted)
})
