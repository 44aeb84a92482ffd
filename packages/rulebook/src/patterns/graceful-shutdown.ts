import type { Pattern } from '../entry.js'

export const gracefulShutdown: Pattern = {
  kind: 'pattern',
  id: 'graceful-shutdown',
  title: 'Graceful shutdown',
  why: 'A process is ended many times a day: deployments, scaling, moves between nodes. If each end drops the requests under way and the jobs in hand, a service that deploys ten times a day loses something ten times a day, and the errors look like bad luck. Ended in the right order nobody notices. It must also be right to be killed without warning: this is courtesy, not durability.',
  when: 'For every process that serves requests or works on jobs. Keep it bounded: what is not done in the grace period is handed back, not waited for.',
  steps: [
    'On SIGTERM become unready, and go on serving: load balancers need seconds to notice.',
    'Stop taking new work: jobs, cron, consumers. Then close the listener.',
    'Tell kept-alive connections with `Connection: close`, close idle ones, end streams and WebSockets so that clients come back elsewhere.',
    'Wait for what is under way, up to a deadline below the platform’s; abort the rest by its signal and release claims of jobs.',
    'Then close what everything uses, in the reverse order of opening: consumers, pool, telemetry.',
    'Exit by itself with code 0; a timer without reference ends the process if something hangs.',
    'Make sure that the signal arrives: `exec` in shell entry points, no npm as process 1.',
  ],
  withKeelson: {
    language: 'ts',
    stack: 'Keelson: `keelson start` does it; inside of a process of your own it is `close`',
    text: `import { createServer, type App } from 'keelson'

/**
 * KEELSON_DRAIN_DELAY_MS: as long as the load balancer takes to notice; KEELSON_DRAIN_TIMEOUT_MS: below the platform's
 * grace period, less the delay.
 */
export async function run(application: App): Promise<void> {
  const server = await createServer(application)
  await server.listen()
  let isStopping = false
  const stop = (): void => {
    if (isStopping) return
    isStopping = true
    // Unready, drained, jobs handed back, pool closed: in this order.
    server.close().then(
      () => process.exit(0),
      () => process.exit(1),
    )
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
}`,
  },
  byHand: {
    language: 'ts',
    stack: 'Express 5 and pg',
    text: `import type { Server } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import express from 'express'
import type { Pool } from 'pg'

const NOTICE_MS = 5_000
const DRAIN_MS = 20_000

export function serve(pool: Pool, stopWorkers: () => Promise<void>, port: number): Server {
  let isStopping = false
  const app = express()
  app.use((_request, response, next) => {
    if (isStopping) response.set('Connection', 'close')
    next()
  })
  app.get('/readyz', (_request, response) => void response.sendStatus(isStopping ? 503 : 200))
  const server = app.listen(port)
  // Longer than the load balancer keeps its side, or it sends requests on connections that we are closing.
  server.keepAliveTimeout = 65_000

  const stop = async (): Promise<void> => {
    isStopping = true
    setTimeout(() => process.exit(1), NOTICE_MS + DRAIN_MS).unref()
    await pause(NOTICE_MS)
    const drained = new Promise((done) => server.close(done))
    server.closeIdleConnections()
    await Promise.all([drained, stopWorkers()])
    await pool.end()
  }
  process.once('SIGTERM', () => {
    stop().catch(() => process.exit(1))
  })
  return server
}`,
  },
  mistakes: [
    'Closing the listener at once: the balancer still sends for seconds, and each of these requests is an error.',
    'Closing the pool before the requests that use it.',
    '`process.exit()` in the handler of SIGTERM.',
    'A grace period of 30 s and requests that may take 60.',
  ],
  numbers: [
    'Kubernetes waits 30 s between SIGTERM and SIGKILL by default; endpoints are removed at the same time as the signal is sent, not before [Kubernetes documentation, Pod Lifecycle]',
    'Node keeps idle connections for 5 s, AWS load balancers for 60 s: the server’s must be longer than the balancer’s [Node.js documentation, server.keepAliveTimeout; AWS documentation, Application Load Balancers]',
  ],
  siblings: ['health-and-readiness', 'dead-letter-queue', 'connection-pooling', 'job-lost-at-deploy'],
  covers: ['graceful shutdown'],
}
