/** Event-loop blocking. */
import type { SharpEdge } from '../entry.js'

export const eventLoopBlocking: SharpEdge = {
  kind: 'sharp-edge',
  id: 'event-loop-blocking',
  title: 'Event-loop blocking',
  severity: 'high',
  why: 'All requests of a Node process share one thread. Whatever computes for 200 ms delays everybody by 200 ms, and answers, timers and health checks with them. The dependencies look slow, since their answers are read late.',
  symptoms: [
    'p99 of all endpoints rises at once',
    'Every dependency is slow at the same moment',
    'Health checks time out but the process is alive',
    'One core at 100 %, latency in steps',
    'A certain input makes the service hang',
  ],
  mechanism:
    'A regular expression that backtracks, JSON of 50 MB, a sort or merge over all rows, synchronous crypto, zlib or fs, a template for a thousand lines: until it returns nothing else runs. Requests queue in the kernel’s accept queue, where no metric of yours sees them. Timeouts fire late and abort calls that had long been answered. Microtasks that beget microtasks block just as well.',
  confirm: [
    '`perf_hooks.monitorEventLoopDelay().percentile(99)`; above 50 ms something computes. With slow dependencies it stays low.',
    '`node --cpu-prof --cpu-prof-interval 500`, or `kill -USR1` and a CPU profile: one wide frame.',
    '`performance.eventLoopUtilization()` near 1.',
    'Hang for one input: `node --cpu-prof` shows RegExp; try the input alone.',
  ],
  wayOut: [
    'Stop the bleeding: refuse large or evil input at the edge (size, length before the expression); more processes dilute it.',
    'Asynchronous variants for fs, zlib and crypto; streams for large JSON; RE2 or a linear parser instead of nested quantifiers.',
    'Compute in SQL what SQL can compute, in pieces with `setImmediate` between, or in a worker thread pool (piscina) with a bounded queue.',
    'Limits: body, rows, elements, depth.',
    'Alert on event-loop delay; shed load by it (`@fastify/under-pressure`).',
    'Keelson bounds bodies (1 MiB), depth (64) and lists, and exports `nodejs_eventloop_lag_*`; your handler’s loops it cannot bound.',
  ],
  numbers: [
    'JSON.parse runs at some 100 MB a second: 50 MB block for about half a second [order of magnitude; measure with your data].',
    'monitorEventLoopDelay samples every 10 ms by default [Node documentation, perf_hooks].',
    '(a+)+$ takes 2^n steps on n letters a and one b: 30 letters make 10^9 [OWASP, Regular expression Denial of Service].',
  ],
  siblings: ['heavy-work-in-request', 'unbounded-memory', 'health-check-that-lies'],
  covers: ['event-loop blocking'],
  wrong: {
    language: 'ts',
    stack: 'Fastify 5',
    text: `const EMAIL = /^([a-zA-Z0-9]+[.]?)+@example[.]com$/ // exponential on 'aaaa…!'

app.post('/import', async ({ body }) => {
  const rows = JSON.parse((body as { file: string }).file) as Row[]
  return rows.filter(({ email }) => EMAIL.test(email)).length
})`,
  },
  right: {
    language: 'ts',
    stack: 'Fastify 5 and piscina',
    text: `const pool = new Piscina({ filename, maxThreads: 1, maxQueue: 8 })

app.post('/import', { bodyLimit: 1_048_576 }, async ({ body }, reply) => {
  if (pool.queueSize >= 8) return reply.code(503).header('retry-after', '5').send()
  return pool.run(body, { signal: AbortSignal.timeout(10_000) })
})
// In the worker: at most 254 characters, and an expression without nested quantifiers.`,
  },
}
