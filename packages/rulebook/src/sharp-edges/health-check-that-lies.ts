/** Health check that lies. */
import type { SharpEdge } from '../entry.js'

export const healthCheckThatLies: SharpEdge = {
  kind: 'sharp-edge',
  id: 'health-check-that-lies',
  title: 'Health check that lies',
  severity: 'high',
  why: 'A check that always says 200 keeps traffic on a process that can do nothing. One that asks every dependency takes all processes out of service at once when one dependency coughs, or has them restarted, which makes it worse. Both turn a small failure into an outage.',
  symptoms: [
    'All pods restart when the database is slow',
    'Traffic goes to a pod that answers only errors',
    'The service is down although every process is fine',
    'Pods go ready before they can serve',
    'Restart loop during an outage of a dependency',
    'Health is green and customers get 500',
  ],
  mechanism:
    'Liveness asks "would a restart help?", readiness "send me requests now?". With one endpoint for both, a database that fails over for 20 s makes the orchestrator kill every process; they all start at once with cold caches against a database that has just come back. With checks of the process only (a port that is open) a pool that is dead, a missing migration or a full queue is not seen. A check that has no timeout of its own hangs.',
  confirm: [
    '`kubectl describe pod`: Liveness probe failed, exit code 137, in all pods within a minute.',
    'Stop the database in staging: liveness must stay 200, readiness 503, and all come back by themselves.',
    'Block the event loop for 5 s: liveness should survive that, and alarm not.',
    'Ready before the first good answer: time of readiness against that of the first 2xx.',
  ],
  wayOut: [
    'Stop the bleeding: take the dependency out of the liveness probe, raise its threshold.',
    '/livez: the loop turns, nothing else. /readyz: what every request needs (database within a timeout, migrations, not stopping), results kept for a second.',
    'A dependency that only some operations need is reported, not gated: these operations answer 503.',
    'Startup probe for slow starts. On SIGTERM unready first, then drain.',
    'Judge health by outcomes: error rate and latency by SLO, checks by a synthetic user from outside.',
    'Keelson has /livez, which knows nothing of the database, and /readyz with the reasons `stopping`, `database`, `migrations`.',
  ],
  numbers: [
    'Probes: period 10 s, timeout 1 s, 3 failures: half a minute to a restart [Kubernetes documentation, Configure Probes].',
  ],
  siblings: ['retry-storm', 'migration-race-at-boot', 'synchronous-chain-of-services', 'event-loop-blocking'],
  covers: ['health check that lies'],
  wrong: {
    language: 'ts',
    stack: 'Fastify 5 and pg',
    text: `// Liveness and readiness alike.
app.get('/health', async () => {
  await pool.query('select 1')
  await fetch(\`\${PAYMENTS}/health\`)
  return { ok: true }
})`,
  },
  right: {
    language: 'ts',
    stack: 'Fastify 5 and pg',
    text: `app.get('/livez', async () => ({ ok: true }))

app.get('/readyz', async (_request, reply) => {
  const reason = isStopping ? 'stopping' : await whyNotReady(pool, AbortSignal.timeout(2000))
  return reason === undefined ? { ok: true } : reply.code(503).send({ reason })
})`,
  },
}
