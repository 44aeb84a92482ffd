/**
 * What the rules claim, asked of a real server: each statement runs on a table with rows, and Postgres tells whether it
 * wrote the table anew, whether it read the rows, and which lock it took. The rules must say the same.
 */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import test, { after, before } from 'node:test'
import pg from 'pg'
import { reviewMigrations } from '../../src/migrations/review.js'

const SETUP = `
create table roles (id bigint primary key);
create table users (
  id bigint primary key, email varchar(100) not null, name text, age integer, amount integer, price numeric(10, 2), code char(4),
  seen timestamp, seen_at timestamptz(3), data json, net cidr, tags varchar(10)[], role_id bigint, checked text,
  constraint checked_there check (age < 1000 and checked is not null)
);
create domain plain_text as text;
create domain filled_text as text check (value <> '');
create function volatile_number() returns integer language plpgsql as 'begin return 1; end';
create function stable_number() returns integer language plpgsql stable as 'begin return 1; end';
create unique index users_email_index on users (email);
alter table users add constraint pending check (age > 0) not valid;
alter table users add constraint pending_role foreign key (role_id) references roles (id) not valid;
`
const ROWS = `
insert into roles select generate_series(1, 10);
insert into users (id, email, name, age, amount, price, code, seen, seen_at, data, net, tags, role_id, checked)
select n, 'e' || n, n::text, 5, 6, 1.25, 'abcd', now(), now(), '{}', '10.0.0.0/8', '{a}', 1, 'x' from generate_series(1, 500) n;
analyze;
`

const TYPES: readonly (readonly [string, string])[] = [
  ['amount', 'bigint'],
  ['amount', 'integer'],
  ['amount', 'smallint'],
  ['amount', 'text'],
  ['amount', 'oid'],
  ['email', 'varchar(200)'],
  ['email', 'varchar(100)'],
  ['email', 'varchar(50)'],
  ['email', 'varchar'],
  ['email', 'text'],
  ['email', 'char(100)'],
  ['name', 'varchar'],
  ['name', 'varchar(50)'],
  ['name', 'text collate "C"'],
  ['name', 'plain_text'],
  ['name', 'filled_text'],
  ['name', 'integer using name::integer'],
  ['name', 'text using lower(name)'],
  ['name', 'varchar using name::varchar'],
  ['price', 'numeric(12, 2)'],
  ['price', 'numeric(8, 2)'],
  ['price', 'numeric(12, 3)'],
  ['price', 'numeric'],
  ['price', 'double precision'],
  ['code', 'text'],
  ['code', 'char(8)'],
  ['seen', 'timestamptz'],
  ['seen', 'timestamp(3)'],
  ['seen', 'timestamp(6)'],
  ['seen_at', 'timestamptz(6)'],
  ['seen_at', 'timestamptz'],
  ['seen_at', 'timestamptz(0)'],
  ['data', 'jsonb'],
  ['net', 'inet'],
  ['tags', 'text[]'],
  ['tags', 'varchar(10)[]'],
]

const STATEMENTS: readonly string[] = [
  ...TYPES.map(([column, type]) => `alter table users alter column ${column} type ${type}`),
  'alter table users add column x integer',
  'alter table users add column x integer not null default 7',
  'alter table users add column x timestamptz not null default now()',
  'alter table users add column x timestamptz default clock_timestamp()',
  'alter table users add column x double precision default random()',
  'alter table users add column x uuid default gen_random_uuid()',
  'alter table users add column x integer default volatile_number()',
  'alter table users add column x integer default stable_number()',
  'alter table users add column x serial',
  'alter table users add column x bigint generated always as identity',
  'alter table users add column x text generated always as (lower(name)) stored',
  'alter table users add column if not exists age serial',
  'alter table users alter column age set default random()::integer',
  'alter table users alter column name set not null',
  'alter table users alter column checked set not null',
  'alter table users alter column email set not null',
  'alter table users alter column name drop not null',
  'alter table users add check (age > 0)',
  'alter table users add constraint c check (age > 0) not valid',
  'alter table users add column x integer check (x > 0)',
  'alter table users add column x integer default 1 check (x > 0)',
  'alter table users add foreign key (role_id) references roles (id)',
  'alter table users add constraint f foreign key (role_id) references roles (id) not valid',
  'alter table users add column x bigint references roles (id)',
  'alter table users add column x bigint default null references roles (id)',
  'alter table users add column x bigint default 1 references roles (id)',
  'alter table users add unique (age, id)',
  'alter table users add column x integer unique',
  'alter table users add constraint u unique using index users_email_index',
  'create index i on users (age)',
  'create unique index i on users (id, age)',
  'create trigger t before insert on users for each row execute function suppress_redundant_updates_trigger()',
  'create policy p on users using (true)',
  'alter table users enable row level security',
  'alter table users alter column age set statistics 300',
  'alter table users set (fillfactor = 80)',
  'alter table users drop constraint checked_there',
  'alter table users rename constraint checked_there to other',
  'alter table users validate constraint pending',
  "comment on table users is 'x'",
  'lock table users in share mode',
  'lock table users in row exclusive mode',
  'truncate users',
]
const STATEMENTS_18: readonly string[] = [
  'alter table users add constraint n not null name',
  'alter table users add constraint n not null name not valid',
  'alter table users add column x text generated always as (lower(name)) virtual',
  'alter table users add constraint c check (age > 0) not enforced',
  'alter table users add column x uuid default uuidv7()',
]

const REWRITES = ['type-change-with-rewrite', 'volatile-default']
const READS = [
  'not-null-under-lock',
  'check-validated-under-lock',
  'foreign-key-validated-under-lock',
  'unique-under-lock',
  'index-without-concurrently',
]
const STRONG = ['ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock']

const server = process.env.KEELSON_TEST_DATABASE_URL
const name = `keelson_truth_${randomBytes(6).toString('hex')}`
let admin: pg.Client
let client: pg.Client
let isEighteen = false

before(async () => {
  if (server === undefined)
    throw new Error('KEELSON_TEST_DATABASE_URL is not set: run the tests by `npm test`.')
  admin = new pg.Client({ connectionString: server })
  await admin.connect()
  await admin.query(`create database ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  client = new pg.Client({ connectionString: url.href })
  await client.connect()
  await client.query("set timezone = 'Europe/Berlin'")
  await client.query(SETUP)
  await client.query(ROWS)
  const { rows } = await client.query<{ version: number }>(
    "select current_setting('server_version_num')::int as version",
  )
  isEighteen = rows[0]!.version >= 180_000
})

after(async () => {
  await client.end()
  await admin.query(`drop database ${name} with (force)`)
  await admin.end()
})

const FACTS = `
select pg_relation_filenode('users') as file,
  coalesce((select seq_tup_read from pg_stat_xact_user_tables where relid = 'users'::regclass), 0)::int as read,
  array(select mode from pg_locks where pid = pg_backend_pid() and relation = 'users'::regclass) as locks`

interface Facts {
  readonly file: number
  readonly read: number
  readonly locks: string[]
}

/** What the server does for a statement; nothing of it stays. */
async function factsOf(statement: string): Promise<{ rewrites: boolean; reads: boolean; locks: boolean }> {
  await client.query('begin')
  try {
    const earlier = (await client.query<Facts>(FACTS)).rows[0]!
    await client.query(statement)
    const later = (await client.query<Facts>(FACTS)).rows[0]!
    return {
      rewrites: earlier.file !== later.file,
      reads: later.read > earlier.read,
      locks: later.locks.some((mode) => STRONG.includes(mode)),
    }
  } finally {
    await client.query('rollback')
  }
}

async function claimsOf(statement: string): Promise<string[]> {
  const source = (path: string, text: string) => ({ path, absolutePath: `/nowhere/${path}`, text })
  const { findings, notes } = await reviewMigrations([
    source('migrations/001_setup.sql', SETUP),
    source('migrations/002_change.sql', `${statement};`),
  ])
  assert.deepEqual(notes, [])
  return findings.filter(({ file }) => file.includes('002')).map(({ rule }) => rule)
}

for (const statement of [...STATEMENTS, ...STATEMENTS_18]) {
  test(`Postgres agrees: ${statement}`, async (t) => {
    if (STATEMENTS_18.includes(statement) && !isEighteen) {
      t.skip('needs Postgres 18')
      return
    }
    const facts = await factsOf(statement)
    const claims = await claimsOf(statement)
    const isTruncate = statement.startsWith('truncate')
    assert.equal(
      claims.some((rule) => REWRITES.includes(rule)),
      facts.rewrites && !isTruncate,
      'written anew',
    )
    // VALIDATE CONSTRAINT by itself reads under a lock that lets all others work.
    if (!facts.rewrites && facts.locks)
      assert.equal(
        claims.some((rule) => READS.includes(rule)),
        facts.reads,
        'read under lock',
      )
    assert.equal(claims.includes('missing-lock-timeout'), facts.locks, 'strong lock')
  })
}

const CONCURRENT = [
  'create index concurrently i on users (age)',
  'drop index concurrently users_email_index',
  'reindex index concurrently users_email_index',
  'reindex table concurrently users',
]
for (const statement of CONCURRENT) {
  test(`Postgres refuses in a batch of two: ${statement}`, async () => {
    await assert.rejects(client.query(`select 1; ${statement}`), { code: '25001' })
    await assert.rejects(client.query(`${statement}; select 1`), { code: '25001' })
    await assert.rejects(client.query(`do $$ begin ${statement}; end $$`), { code: '25001' })
  })
}

test('Postgres takes a concurrent index that is alone', async () => {
  await client.query('create index concurrently alone on users (age)')
  await client.query('drop index concurrently alone')
})

test('Postgres holds the lock of NOT VALID until the transaction ends', async () => {
  await client.query('begin')
  await client.query('alter table users add constraint later check (age > 0) not valid')
  await client.query('alter table users validate constraint later')
  const { rows } = await client.query<Facts>(FACTS)
  await client.query('rollback')
  assert.ok(rows[0]!.locks.includes('AccessExclusiveLock'))
  assert.ok(rows[0]!.read > 0)
})
