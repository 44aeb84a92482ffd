/** Migration race at boot. */
import type { SharpEdge } from '../entry.js'

export const migrationRaceAtBoot: SharpEdge = {
  kind: 'sharp-edge',
  id: 'migration-race-at-boot',
  title: 'Migration race at boot',
  severity: 'high',
  why: 'A service that migrates when it starts does so once per process, and orchestrators start many at once, while the old version is still running. Two migrate at the same time and fail half-way, or one succeeds and removes what the old code still reads.',
  symptoms: [
    'relation already exists at deploy, in some of the pods',
    'Crash loop after the release, then it works',
    'column does not exist errors for a minute at each deploy',
    'duplicate key value violates unique constraint pg_type_typname_nsp_index',
    'Migration was recorded but half of it is missing',
    'Liveness probe kills the pod during a long migration',
  ],
  mechanism:
    'N processes read the migration table, find the same one missing, and all run it. `create table if not exists` does not protect: two at once collide in the catalogue. Where the tool takes a lock, the others wait for it at boot, and their probes time out. And in a rolling deploy old and new code run together for minutes: a rename is right for one of them only.',
  confirm: [
    'Logs of the pods: the same migration started by more than one within a second.',
    '42P07, 42701 or 23505 on pg_catalog indexes at start; a broken migration fails in every process alike and each time.',
    'Errors 42703 of the *old* version between the migration and the end of the rollout: that is missing expand and contract, not a race.',
    "`select * from pg_locks where locktype = 'advisory'` during a deploy: whether the tool takes a lock at all.",
  ],
  wayOut: [
    'Stop the bleeding: scale to one process, let it finish, repair by hand what is half done, then scale up.',
    'One migrator per release: a job or init step before the rollout, not the start of each process.',
    'It takes an advisory lock for its whole run, on a direct connection (a transaction pooler would lose it), and reads what is applied only after it has the lock.',
    'Expand and contract: each release works with the schema before and after; drop only when no code of that release runs.',
    'Readiness fails while migrations that the code needs are missing; liveness does not look at the database.',
    'Keelson runs migrations under one advisory lock, in transactions, and `/readyz` says `migrations` where the database lacks some.',
  ],
  numbers: [
    'Default of a rolling update: 25 % surge and 25 % unavailable, so that both versions serve at once [Kubernetes documentation, Deployment].',
    'A startup probe with failureThreshold 30 and periodSeconds 10 gives a process 300 s [Kubernetes documentation, Configure Probes].',
  ],
  siblings: ['lock-queue-behind-ddl', 'health-check-that-lies', 'long-transaction-holding-xmin'],
  covers: ['migration race at boot'],
  wrong: {
    language: 'ts',
    stack: 'any migrator',
    text: `// In every process, at the same time.
const applied = await readApplied(client)
for (const migration of migrations.filter(({ name }) => !applied.has(name))) await run(client, migration)
await app.listen({ port })`,
  },
  right: {
    language: 'ts',
    stack: 'pg; a job of its own before the rollout',
    text: `await client.query('begin')
await client.query("set local lock_timeout = '5s'")
// A loser waits here or gives up; what is applied is read only under the lock.
await client.query('select pg_advisory_xact_lock(4711)')
const applied = await readApplied(client)
for (const migration of migrations.filter(({ name }) => !applied.has(name))) await run(client, migration)
await client.query('commit')`,
  },
}
