/** Session state through a transaction pooler. */
import type { Validation } from '../entry.js'

export const sessionStateThroughPooler: Validation = {
  kind: 'validation',
  id: 'session-state-through-pooler',
  title: 'Session state through a transaction pooler',
  severity: 'high',
  why: 'A pooler in transaction mode gives you another connection after each commit. What was set on the first one stays there, for a stranger: `set role`, `set app.tenant`, an advisory lock that nobody can release any more, a LISTEN that hears nothing. With row-level security by a session variable one tenant then reads another’s rows.',
  looksFor:
    'With PgBouncer, Supavisor, RDS Proxy, Neon’s or Supabase’s pooled URL (port 6543, `-pooler`, `pgbouncer=true`): `set` without LOCAL, `set_config(…, false)`, `pg_advisory_lock`, `listen`, `prepare`, temporary tables without `on commit drop`, `with hold` cursors; named prepared statements where the pooler does not support them; and in any pool: session settings that are not reset before release.',
  sparesFor: [
    '`set local`, `set_config(…, true)`, `pg_advisory_xact_lock`, within the transaction that needs them.',
    'A direct URL for migrations, LISTEN and session locks.',
    'Defaults put on the role or the database (`alter role … set`).',
  ],
  fix: 'Everything that must hold goes into the transaction by LOCAL. Use xact locks. Give LISTEN, migrations and leader election a direct connection.',
  numbers: [
    'PgBouncer supports protocol-level prepared statements in transaction mode from 1.21 on, by max_prepared_statements above 0 [pgbouncer.org, changelog].',
  ],
  siblings: ['connection-pooling', 'tenancy-isolation', 'search-path-unsafe', 'migration-race-at-boot'],
  covers: ['session state through a transaction pooler'],
  wrong: {
    language: 'ts',
    stack: 'pg through PgBouncer',
    text: `await client.query(\`select set_config('app.tenant', $1, false)\`, [tenant])
const { rows } = await client.query('select id, total from orders limit 50')`,
  },
  right: {
    language: 'ts',
    stack: 'pg through PgBouncer',
    text: `const rows = await inTransaction(async (client) => {
  await client.query(\`select set_config('app.tenant', $1, true)\`, [tenant])
  return (await client.query('select id, total from orders limit 50')).rows
})`,
  },
  executedBy: 'by-hand',
}
