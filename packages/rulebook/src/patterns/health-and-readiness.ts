import type { Pattern } from '../entry.js'

export const healthAndReadiness: Pattern = {
  kind: 'pattern',
  id: 'health-and-readiness',
  title: 'Health and readiness',
  why: 'An orchestrator acts on what a probe says: it restarts, or it sends traffic elsewhere. A liveness probe that asks the database turns a slow database into a restart of every process at once, and a readiness probe that always says yes sends customers to a process without migrations. Two questions, two answers: “am I broken beyond repair?” and “may I be sent requests now?”.',
  when: 'In every service behind a balancer or an orchestrator. A worker without HTTP needs liveness by other means: a heartbeat that its loop renews.',
  steps: [
    'Liveness: the event loop turns, nothing else. No dependency, no authentication, no work.',
    'Readiness: started, migrations in place, database answers within a second or two, not stopping. Cache the finding for a second.',
    'Leave out of it dependencies that all instances share and that you can live without: otherwise all become unready together.',
    'Startup: a probe of its own for slow starts, so that liveness can stay strict.',
    'Say the reason in the body of a 503, in words for operators, without versions and hosts for the public.',
    'Serve probes past rate limits and shedding, on an inner port where there is one.',
    'Watch from outside too: a synthetic request through the front door is what users have.',
  ],
  withKeelson: {
    language: 'ts',
    stack:
      'Keelson serves `/livez` and `/readyz` with reasons; this is a check from outside of what users do',
    text: `import { integer, pgTable, text } from 'drizzle-orm/pg-core'
import { query, scope } from 'keelson'
import { z } from 'zod'

export const items = pgTable('items', { sku: text().primaryKey(), stock: integer().notNull() })

/** For a synthetic user with a key of its own: the whole way to the rows, every minute, from another network. */
export const canary = query('operating.canary', {
  http: { get: '/operating/canary' },
  output: z.object({ answered: z.literal(true) }),
  timeoutMs: 2_000,
  allow: scope('operating:canary'),
  async run({ db }) {
    await db.list(items, { limit: 1 })
    return { answered: true as const }
  },
})`,
  },
  byHand: {
    language: 'ts',
    stack: 'Fastify and pg',
    text: `import fastify from 'fastify'
import type { Pool } from 'pg'

interface State {
  /** The newest migration that this version needs. */
  readonly migration: string
  isStopping: boolean
}

const KEEP_MS = 1_000

export function health(pool: Pool, state: State) {
  let known: { at: number; problem: Promise<string | undefined> } | undefined

  const ask = async (): Promise<string | undefined> => {
    const limit = new Promise<'late'>((done) => setTimeout(done, 1_500, 'late').unref())
    const asked = pool
      .query('select 1 from migrations where name = $1', [state.migration])
      .then(({ rowCount }) => (rowCount === 1 ? undefined : 'migrations'))
      .catch(() => 'database')
    const answer = await Promise.race([asked, limit])
    return answer === 'late' ? 'database' : answer
  }

  const app = fastify()
  app.get('/livez', async () => ({ status: 'ok' }))
  app.get('/readyz', async (_request, reply) => {
    if (state.isStopping) return reply.code(503).send({ reason: 'stopping' })
    // However many probes there are, the database is asked once a second.
    if (known === undefined || Date.now() - known.at > KEEP_MS) known = { at: Date.now(), problem: ask() }
    const problem = await known.problem
    return problem === undefined ? { status: 'ok' } : reply.code(503).send({ reason: problem })
  })
  return app
}`,
  },
  mistakes: [
    'One endpoint for both questions.',
    'Readiness that needs the mail provider: its outage takes the shop from the balancer.',
    'A probe that opens a connection each time, and fails when the pool is full: overload becomes a restart.',
    '`failureThreshold: 1` on a runtime with garbage collection.',
  ],
  numbers: [
    'Kubernetes probes every 10 s, waits 1 s, and acts after 3 failures by default [Kubernetes documentation, Configure Liveness, Readiness and Startup Probes]',
    'Three failures 10 s apart: for up to 30 s requests still go to a process that has gone, so announce before you stop [arithmetic on the defaults above]',
  ],
  siblings: ['graceful-shutdown', 'error-budget', 'load-shedding', 'health-check-that-lies'],
  covers: ['health and readiness'],
}
