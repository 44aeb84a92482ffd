/**
 * What one command in 500 that waits two seconds costs the others: their latency in a closed loop, with and without it.
 * The whole runtime but HTTP, in this process, on a Postgres of its own.
 *
 *   node benchmarks/dist/src/isolation/neighbours.js [--seconds 10] [--clients 96] [--only reads-then-waits]
 */
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { anyone, app, command, createServer, module } from 'keelson'
import type { Server } from 'keelson'
import { integer, pgTable, text } from 'drizzle-orm/pg-core'
import * as z from 'zod'
import { withClient } from '../database/client.js'
import { openDatabaseServer } from '../database/server.js'

/** One command in so many waits. */
const EVERY = 500
const WAIT_MS = 2000
const ITEMS = 10_000
const WARM_UP_MS = 2000
const DATABASE = 'bench_neighbours'

const WAYS = ['nobody', 'waits-then-reads', 'reads-then-waits', 'lists-slowly', 'sql'] as const
type Way = (typeof WAYS)[number]

const items = pgTable('items', { sku: text().primaryKey(), stock: integer().notNull() })
const orders = pgTable('orders', { id: text().primaryKey(), sku: text().notNull() })
const reports = pgTable('reports', { id: text().primaryKey(), topic: text().notNull() })
const audits = pgTable('audits', { id: text().primaryKey() })

/** The policy makes every list of `reports` take as long: superusers do not meet it, others do. */
const SCRIPT = `
create table items (sku text primary key, stock integer not null);
create table orders (id text primary key, sku text not null);
create table reports (id text primary key, topic text not null);
create table audits (id text primary key);
insert into items select n::text, 1000000 from generate_series(0, ${ITEMS - 1}) n;
insert into reports values ('1', 'slow');
create function takes_long() returns boolean language plpgsql volatile as $$
  begin perform pg_sleep(${WAIT_MS / 1000}); return true; end $$;
create policy slow on reports using (topic <> 'slow' or takes_long());
alter table reports enable row level security;
alter table reports force row level security;`

const Input = z.object({ sku: z.string(), way: z.enum(WAYS) })

const order = command('order', {
  input: Input,
  allow: anyone,
  async run({ input: { sku, way }, tx, id: newId }) {
    if (way === 'waits-then-reads') await sleep(WAIT_MS)
    const item = await tx.require(items, sku)
    if (way === 'reads-then-waits') await sleep(WAIT_MS)
    tx.update(items, sku, { stock: item.stock - 1 })
    tx.insert(orders, { id: newId(), sku })
  },
})
const report = command('report', {
  input: Input,
  allow: anyone,
  run: async ({ tx }) => void (await tx.list(reports, { where: { topic: 'slow' } })),
})
const audit = command('audit', {
  input: Input,
  allow: anyone,
  run: async ({ tx, id: newId }) =>
    void (await tx.sql`insert into audits select ${newId()} from pg_sleep(${WAIT_MS / 1000})`),
})

const operationOf = (way: Way): typeof order =>
  way === 'lists-slowly' ? report : way === 'sql' ? audit : order

interface Measured {
  readonly others: number[]
  readonly slow: number[]
}

async function measure(
  server: Server,
  slowWay: Way,
  clients: number,
  seconds: number,
  skuOf: () => string,
): Promise<Measured> {
  const others: number[] = []
  const slow: number[] = []
  const beginMs = performance.now() + WARM_UP_MS
  const endMs = beginMs + seconds * 1000
  let sent = 0
  const client = async (): Promise<void> => {
    while (performance.now() < endMs) {
      const way = slowWay !== 'nobody' && ++sent % EVERY === 0 ? slowWay : 'nobody'
      const startMs = performance.now()
      await server.execute(operationOf(way), { sku: skuOf(), way })
      if (startMs >= beginMs) (way === 'nobody' ? others : slow).push(performance.now() - startMs)
    }
  }
  await Promise.all(Array.from({ length: clients }, client))
  return { others, slow }
}

const quantile = (sorted: readonly number[], share: number): string =>
  (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN).toFixed(1)

function line(name: string, seconds: number, { others, slow }: Measured): string {
  others.sort((left, right) => left - right)
  slow.sort((left, right) => left - right)
  const per = (others.length / seconds).toFixed(0)
  return `${name.padEnd(28)} ${per.padStart(6)}/s   p50 ${quantile(others, 0.5)}   p99 ${quantile(others, 0.99)}   p99.9 ${quantile(others, 0.999)}   max ${quantile(others, 1)} ms   slow: ${slow.length}, p50 ${quantile(slow, 0.5)}, max ${quantile(slow, 1)} ms`
}

async function freshDatabase(serverUrl: string): Promise<string> {
  await withClient(serverUrl, async (client) => {
    await client.query(`drop database if exists ${DATABASE} with (force)`)
    await client.query(`drop role if exists ${DATABASE}`)
    await client.query(`create role ${DATABASE} login password '${DATABASE}'`)
    await client.query(`create database ${DATABASE} owner ${DATABASE}`)
  })
  const url = new URL(serverUrl)
  url.pathname = url.username = url.password = DATABASE
  await withClient(url.href, (client) => client.query(SCRIPT))
  return url.href
}

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    clients: { type: 'string', default: '96' },
    only: { type: 'string' },
  },
})
const database = await openDatabaseServer((message) => console.error(message))
try {
  for (const [keys, skuOf] of [
    ['uniform', () => String(Math.floor(Math.random() * ITEMS))],
    ['three hot rows', () => String(Math.floor(Math.random() * 3))],
  ] as const) {
    for (const way of WAYS) {
      if (values.only !== undefined && way !== 'nobody' && way !== values.only) continue
      const shop = app({
        name: 'neighbours',
        modules: [module('shop', { items, orders, reports, audits, order, report, audit })],
      })
      const server = await createServer(shop, { databaseUrl: await freshDatabase(database.url) })
      const measured = await measure(server, way, Number(values.clients), Number(values.seconds), skuOf)
      await server.close()
      console.log(line(`${keys}: ${way}`, Number(values.seconds), measured))
    }
  }
} finally {
  await database.stop()
}
