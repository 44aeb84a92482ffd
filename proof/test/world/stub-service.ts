/**
 * Stands for the service in the tests of the world and of the faults: small commits without end, as the engine sends them,
 * on tables of the same names. Says what it met: GET /met gives SQLSTATEs (or `lost`) and how often. Without a database it
 * is only there.
 */
import { createServer } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { FAILPOINTS, failpoint, type Failpoint } from 'keelson/internals/failpoint'
import pg from 'pg'

const {
  PORT,
  DATABASE_URL,
  PROOF_VERSION = '1',
  STUB_DIES,
  STUB_FAILS_AT,
  STUB_REFUSES_TO_START,
} = process.env
if (STUB_REFUSES_TO_START !== undefined) throw new Error('refused')
if (STUB_FAILS_AT !== undefined) failpoint(STUB_FAILS_AT as Failpoint)

const SETUP = `
select pg_advisory_xact_lock(1);
create schema if not exists keelson;
create table if not exists keelson.groups (id uuid primary key, committed_at timestamptz not null default now());
create table if not exists public.rows (id int primary key, value int not null, filler text not null);
insert into public.rows select at, 0, repeat('x', 500) from generate_series(1, 20) at on conflict do nothing;`

const CONNECTIONS = 4
const met = new Map<string, number>()
let commits = 0

const meet = (error: unknown): void => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const name = /^[0-9A-Z]{5}$/.test(code) ? code : 'lost'
  met.set(name, (met.get(name) ?? 0) + 1)
}

async function connect(): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: DATABASE_URL,
    application_name: 'keelson',
    connectionTimeoutMillis: 2000,
    query_timeout: 3000,
    options: '-c lock_timeout=300',
  })
  client.on('error', () => undefined)
  await client.connect()
  return client
}

async function work(client: pg.Client): Promise<void> {
  for (;;) {
    for (const name of FAILPOINTS) failpoint(name)
    await client.query('begin')
    try {
      await client.query({ name: 'marker', text: 'insert into keelson.groups values (gen_random_uuid())' })
      await client.query({
        name: 'row',
        text: 'update rows set value = value + 1 where id = $1',
        values: [1 + Math.floor(Math.random() * 20)],
      })
      await client.query({
        name: 'filler',
        text: `insert into rows values (20 + floor(random() * 1e9), 0, repeat('y', 2000)) on conflict do nothing`,
      })
      await client.query({ name: 'keelson_commit', text: 'commit' })
      commits++
    } catch (error) {
      meet(error)
      await client.query('rollback')
    }
  }
}

async function worker(): Promise<void> {
  for (;;) {
    const client = await connect().catch(meet)
    if (client) await work(client).catch(() => undefined)
    client?.end().catch(() => undefined)
    await delay(20)
  }
}

if (DATABASE_URL !== undefined) {
  const first = await connect()
  await first.query(`begin; ${SETUP} commit`)
  await first.end()
  for (let left = CONNECTIONS; left > 0; left--) void worker()
}

createServer((request, response) => {
  if (request.url === '/met') response.end(JSON.stringify({ ...Object.fromEntries(met), commits }))
  else if (request.url === '/clock')
    response.end(JSON.stringify([Date.now(), +new Date(), Date.parse(Date())]))
  else if (request.url === '/version') response.end(PROOF_VERSION)
  else response.end('ready')
}).listen(Number(PORT), '127.0.0.1')

if (STUB_DIES !== undefined) {
  await delay(Number(STUB_DIES))
  process.stderr.write('the stub dies\n')
  process.exit(3)
}
