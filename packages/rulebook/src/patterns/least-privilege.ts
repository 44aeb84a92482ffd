import type { Pattern } from '../entry.js'

export const leastPrivilege: Pattern = {
  kind: 'pattern',
  id: 'least-privilege',
  title: 'Least privilege',
  why: 'Every bug has the rights of the process it is in. An injection in a service that connects as the owner drops tables; in one that may read two tables it reads two tables. Rights decide how far the next mistake goes, which makes them the cheapest protection against what is not known yet.',
  when: 'Always, in proportion: separate roles for migrations, application and reports cost an hour and are worth it in the smallest service. Column grants and a role for each module pay where data is sensitive or teams are many.',
  steps: [
    'Roles: an owner for migrations (cannot log in, or only in the pipeline), one for the application (select, insert, update, delete on what it uses), one to read.',
    'Revoke what everybody has: `revoke all on schema public from public`, create in public, connect to other databases.',
    'Default privileges for the owner’s new tables, so that the migration grants nothing by hand.',
    'Append-only tables (audit, ledger): insert and select, nothing else.',
    'Operations say who may; deny by default; check the thing, not only the kind: “this order is yours”.',
    'Processes: not root, read-only file system, outgoing network only to what is called, cloud roles for one bucket rather than all.',
    'Look yearly at what was granted and not used, and remove it.',
  ],
  withKeelson: {
    language: 'ts',
    stack: 'Keelson: without `allow` an application does not start; scopes and ownership beside each other',
    text: `import { pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { all, any, command, hidden, not, notFound, query, rowSchema, scope } from 'keelson'
import { z } from 'zod'

export const documents = pgTable('documents', {
  id: uuid().primaryKey(),
  owner: text().notNull(),
  text: text().notNull(),
})
const unknown = notFound('There is no such document.')
const Own = z.object({ owner: z.string(), id: z.uuid() })

/** Your own, or the support's with its scope; of all others nobody learns whether they exist. */
export const read = query('documents.read', {
  http: { get: '/people/:owner/documents/:id' },
  input: Own,
  output: rowSchema(documents),
  allow: hidden(any((actor, input) => actor.id === input.owner, scope('documents:read-all'))),
  errors: { unknown },
  async run({ input, db, fail }) {
    // The rule was about the owner in the path: the row must be that owner's.
    const [found] = await db.list(documents, { where: { id: input.id, owner: input.owner }, limit: 1 })
    return found ?? fail.unknown()
  },
})

/** Support may read, and may not write; suspended owners may not either. */
export const edit = command('documents.edit', {
  http: { put: '/people/:owner/documents/:id' },
  input: Own.extend({ text: z.string().max(100_000) }),
  allow: all((actor, input) => actor.id === input.owner, not(scope('suspended'))),
  errors: { unknown },
  async run({ input: { id, owner, text }, tx, fail }) {
    const changed = await tx.updateWhere(documents, { id, owner }, { text }, { rowsMax: 1 })
    if (changed === 0) fail.unknown()
  },
})`,
  },
  byHand: {
    language: 'sql',
    stack: 'Postgres: roles of a service, in its first migration',
    text: `revoke all on schema public from public;
revoke connect on database shop from public;

create role shop_owner nologin;
create role shop_app login connection limit 40;
create role shop_reports login connection limit 4;
grant connect on database shop to shop_app, shop_reports;
create schema shop authorization shop_owner;
grant usage on schema shop to shop_app, shop_reports;

-- What migrations will make, which run as shop_owner, is granted as it is made.
alter default privileges for role shop_owner in schema shop
  grant select, insert, update, delete on tables to shop_app;
alter default privileges for role shop_owner in schema shop grant usage on sequences to shop_app;
alter default privileges for role shop_owner in schema shop grant select on tables to shop_reports;

-- A fixed path, so that nobody puts a function of the same name in front; limits that no query can forget.
alter role shop_app set search_path = shop, pg_temp;
alter role shop_app set statement_timeout = '5s';
alter role shop_app set idle_in_transaction_session_timeout = '10s';
alter role shop_reports set default_transaction_read_only = on;

-- History is written and read, never changed.
create table shop.audit (id uuid primary key, at timestamptz not null, entry jsonb not null);
alter table shop.audit owner to shop_owner;
revoke all on shop.audit from shop_app;
grant select, insert on shop.audit to shop_app;`,
  },
  mistakes: [
    'One superuser in every connection string, because a migration once needed it.',
    'Checking the role and not the thing: any customer reads any order by its id.',
    'A scope `admin` for everything that was in somebody’s way.',
    'Row-level security, and a connection as the owner of the table, whom it does not hold.',
  ],
  numbers: [
    'Broken object level authorisation is first of the ten API risks [OWASP API Security Top 10 2023, API1]',
    'Since Postgres 15 only the database’s owner may create in the schema public by default [Postgres release notes 15, E.1]',
  ],
  siblings: ['tenancy-isolation', 'secrets-management', 'audit-log', 'api-keys', 'injected-sql'],
  covers: ['least privilege'],
}
