/** Health endpoint missing or misleading. */
import type { Validation } from '../entry.js'

export const healthEndpointMissing: Validation = {
  kind: 'validation',
  id: 'health-endpoint-missing',
  title: 'Health endpoint missing or misleading',
  severity: 'medium',
  why: 'The orchestrator knows of your process only what you tell it. Without readiness it sends traffic to one that is still starting or already draining; with a liveness check that asks the database, a short outage of the database restarts the whole fleet at once.',
  looksFor:
    'A service that listens without a liveness and a readiness path, or whose manifests name none; one path for both; liveness that asks database, cache or partners; readiness that asks nothing, stays 200 during shutdown, or has no time-out and cache of its own; checks behind authorisation, rate limit or heavy middleware; details of the inside shown to everybody.',
  sparesFor: [
    'Workers without a port with another sign of life (a heartbeat, a file that a probe reads).',
    'Platforms that check by TCP by design, for jobs and functions.',
  ],
  fix: '`/livez` answers 200 as long as the loop turns. `/readyz` is 503 until start-up is done, while draining, and while what every request needs is away (checked with a short time-out, remembered for a second). Start-up probe for slow starts.',
  numbers: [
    'Kubernetes probes every 10 s with a time-out of 1 s and gives up after 3 failures by default [Kubernetes documentation, Configure Probes].',
  ],
  siblings: ['health-and-readiness', 'health-check-that-lies', 'no-graceful-shutdown'],
  covers: ['missing health endpoint'],
  wrong: {
    language: 'ts',
    stack: 'Express 5',
    text: `app.get('/health', async (_req, res) => {
  await pool.query('select 1')
  await redis.ping()
  res.send('ok')
})`,
  },
  right: {
    language: 'ts',
    stack: 'Express 5',
    text: `app.get('/livez', (_req, res) => res.send('ok'))
app.get('/readyz', async (_req, res) => {
  const isReady = started && !draining && (await databaseAnswers({ withinMs: 500, rememberMs: 1000 }))
  res.status(isReady ? 200 : 503).send(isReady ? 'ok' : 'not ready')
})`,
  },
  executedBy: 'by-hand',
}
