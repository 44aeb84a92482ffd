/** Heavy file work in the request. */
import type { SharpEdge } from '../entry.js'

export const heavyWorkInRequest: SharpEdge = {
  kind: 'sharp-edge',
  id: 'heavy-work-in-request',
  title: 'Heavy file work in the request',
  severity: 'high',
  why: 'Resizing an image, building a PDF or compressing a report inside the handler ties a user’s patience, a load balancer’s timeout and the event loop of a process together. The upload of one user is the latency of all others, and whatever takes longer than the shortest timeout on the way is done, thrown away and asked for again.',
  symptoms: [
    'All endpoints are slow while somebody uploads or exports',
    '504 from the load balancer but the report was made',
    'The health check fails during large exports and the pod is restarted',
    'CPU at 100 % on one core, the others idle',
    'Memory jumps with each upload',
    'Users click export again because nothing happens',
  ],
  mechanism:
    'JavaScript of a process runs on one thread: a synchronous call (`gzipSync`, `readFileSync`, a PDF or image library in pure JavaScript) stops every other request until it returns. Asynchronous variants of zlib, fs and crypto run in libuv’s few threads, so that a handful of exports makes file reads, DNS look-ups and password checks of all others queue. The file is in memory as a whole, once per request. The client’s side gives up first; the work goes on for nobody, and the retry starts it a second time.',
  confirm: [
    'Event-loop delay (`perf_hooks.monitorEventLoopDelay`, or `nodejs_eventloop_lag_p99_seconds` of prom-client) rises together with calls of this one route.',
    '`node --cpu-prof`, or `0x`: one synchronous frame of hundreds of milliseconds. A slow query shows an idle CPU instead.',
    'p99 of a trivial route (`/livez`) follows the heavy one; slow dependencies do not do that.',
    'Access log: durations of the heavy route cluster at the load balancer’s timeout.',
  ],
  wayOut: [
    'Stop the bleeding: limit concurrency of the route to one or two per process and answer 503 with Retry-After beyond; limit the size of uploads; route it to processes of its own.',
    'Accept and answer 202 with a Location: write a row or job in the transaction, let a worker process do the work, let the client ask or be told.',
    'The worker: streams instead of buffers, a bounded number at a time, a timeout, results in object storage; CPU-bound code in `worker_threads` or a process of its own.',
    'Uploads go directly to object storage by a signed URL; the service sees only metadata.',
    'Idempotent by the hash of the input, so that the impatient second click finds the first job.',
    'Keelson: `tx.enqueue` commits the job with the row; `keelson start --roles worker` runs jobs in processes without HTTP.',
  ],
  numbers: [
    'libuv has 4 threads by default for fs, dns.lookup, zlib and crypto together [Node documentation, UV_THREADPOOL_SIZE].',
    'AWS Application Load Balancers close a connection that was silent for 60 s by default; nginx waits 60 s for an upstream [AWS ELB user guide, idle timeout; nginx, proxy_read_timeout].',
    'Kubernetes gives a probe 1 s and counts 3 failures, 10 s apart: 30 s of a blocked loop restart the pod [Kubernetes documentation, Configure Probes].',
  ],
  siblings: ['lost-promise', 'event-loop-blocking', 'unbounded-memory', 'job-lost-at-deploy'],
  covers: ['heavy file work in the request'],
  wrong: {
    language: 'ts',
    stack: 'Fastify 5 and pg',
    text: `function naive(pool: pg.Pool, watch: Watch) {
  const app = Fastify()
  app.post('/reports', async (_request, reply) => {
    const csv = await readCsv(pool)
    watch('begin')
    const content = gzipSync(csv)
    watch('end')
    return reply.code(201).type('application/gzip').send(content)
  })
  return app
}`,
  },
  right: {
    language: 'ts',
    stack: 'Fastify 5 and pg',
    text: `function mended(pool: pg.Pool) {
  const app = Fastify()
  app.post('/reports', async (_request, reply) => {
    const { rows } = await pool.query<{ id: number }>('insert into reports default values returning id')
    return reply.code(202).header('location', \`/reports/\${rows[0]?.id}\`).send()
  })
  app.get<{ Params: { id: string } }>('/reports/:id', async ({ params: { id } }, reply) => {
    const { rows } = await pool.query<{ content: Buffer | null }>(
      'select content from reports where id = $1',
      [id],
    )
    if (rows[0] === undefined) return reply.code(404).send()
    if (rows[0].content === null) return reply.code(202).header('retry-after', '2').send()
    return reply.type('application/gzip').send(rows[0].content)
  })
  return app
}

async function makeReport(pool: pg.Pool, watch: Watch): Promise<void> {
  const csv = await readCsv(pool)
  watch('begin')
  const content = await promisify(gzip)(csv)
  watch('end')
  await pool.query('update reports set content = $1 where content is null', [content])
}`,
  },
  reproduction: 'heavy-work-in-request.test.ts',
}
