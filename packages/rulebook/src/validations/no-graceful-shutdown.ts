/** No graceful shutdown. */
import type { Validation } from '../entry.js'

export const noGracefulShutdown: Validation = {
  kind: 'validation',
  id: 'no-graceful-shutdown',
  title: 'No graceful shutdown',
  severity: 'high',
  why: 'Each deploy sends SIGTERM to each process. Without a handler Node ends at once: requests break off in the middle, jobs stay locked until their lease runs out, buffered logs and spans are gone. With ten deploys a day that is a steady rate of errors which no test shows.',
  looksFor:
    'An entry file that listens or consumes without SIGTERM handled, or handles it by `process.exit`; `server.close` without waiting or without closing idle connections; pool, queue, consumer, telemetry not closed, or closed before what uses them; no deadline; readiness that stays 200 while it drains; the image starting by `npm start` or a shell, which does not pass the signal on.',
  sparesFor: [
    '`fastify.close` on signals (close-with-grace, fastify-cli), Nest with `enableShutdownHooks` and hooks that close, terminus.',
    'Serverless functions, one-shot commands.',
    'Keelson, which does it.',
  ],
  fix: 'On SIGTERM: readiness to 503, wait for the balancer, stop accepting and fetching, finish what runs within a deadline below the orchestrator’s, release what does not finish, close consumers, then pool, then telemetry. Start with `node` as process 1, or an init.',
  numbers: [
    'Kubernetes sends SIGKILL 30 seconds after SIGTERM by default [Kubernetes documentation, terminationGracePeriodSeconds].',
    '`server.close` closes idle keep-alive connections since Node 19 [Node documentation, http.Server.close].',
  ],
  siblings: [
    'graceful-shutdown',
    'job-lost-at-deploy',
    'process-exit-in-library',
    'health-endpoint-missing',
    'fire-and-forget-work',
  ],
  covers: [],
  wrong: {
    language: 'ts',
    stack: 'Fastify 5, BullMQ and pg',
    text: `await app.listen({ port: 3000, host: '0.0.0.0' })
process.on('SIGTERM', () => process.exit(0))`,
  },
  right: {
    language: 'ts',
    stack: 'Fastify 5, BullMQ, pg and close-with-grace',
    text: `await app.listen({ port: 3000, host: '0.0.0.0' })
closeWithGrace({ delay: 25_000 }, async ({ err }) => {
  if (err) app.log.error({ err }, 'ends after an error')
  readiness.off()
  await setTimeout(5000)
  await app.close()
  await worker.close()
  await pool.end()
})`,
  },
  executedBy: 'by-hand',
}
