/** Lost job at deploy. */
import type { SharpEdge } from '../entry.js'

export const jobLostAtDeploy: SharpEdge = {
  kind: 'sharp-edge',
  id: 'job-lost-at-deploy',
  title: 'Lost job at deploy',
  severity: 'high',
  why: 'Work that lives only in the memory of a process, a timer, an array, a promise after the answer, ends with it. Processes end several times a day: deploys, scaling, crashes, nodes that are drained. So does work that was taken from a queue and acknowledged before it was done.',
  symptoms: [
    'Mails are missing after each deploy',
    'Jobs vanish without an error',
    'Some webhooks were never processed, at the time of the release',
    'A long job starts over at each deploy and never ends',
    'SIGTERM in the log in the middle of a job',
  ],
  mechanism:
    'The orchestrator sends SIGTERM, waits, and sends SIGKILL. A process without a handler for SIGTERM ends at once; one with a handler that closes the HTTP server knows nothing of its timers. Work in memory has no second copy. A queue that acknowledges on delivery (AMQP `noAck`, `BRPOP`) has forgotten the job by then. With npm or a shell as process 1 the signal may not arrive at all.',
  confirm: [
    'Losses lie within seconds of `kubectl get events` or the release log; a poison job fails at any time instead.',
    '`docker stop` on a process under load, then count: enqueued = done + dead + waiting + running. Anything else is loss.',
    'Search the code for `setTimeout`, `setImmediate`, `void` calls and in-memory arrays after an answer; for `noAck: true` and pops without a processing list.',
  ],
  wayOut: [
    'Stop the bleeding: enqueue anew what can be found from the tables (rows with no mail sent); lengthen the grace period.',
    'Write the job as a row in the transaction of its cause; done is what has a committed outcome.',
    'Claim by lease: `for update skip locked`, a deadline, a renewal; what a dead process held becomes due again by itself.',
    'Handle SIGTERM: take no more, finish what ends within the grace period, hand the rest back; run node as process 1 or under an init that forwards signals.',
    'Make handlers idempotent, since a job may begin twice; cut long ones into steps with checkpoints.',
    'Keelson’s jobs are rows with leases; SIGTERM hands back what does not end in 30 s, and enqueued = done + dead + cancelled + live is tested under kill -9.',
  ],
  numbers: [
    'Kubernetes sends SIGKILL 30 s after SIGTERM by default [Kubernetes documentation, terminationGracePeriodSeconds]; docker stop after 10 s [Docker documentation, docker stop].',
    '`BRPOP` removes the element on delivery: 0 copies remain in Redis; LMOVE to a list of one’s own keeps 1 [Redis documentation, LMOVE: Reliable queue].',
  ],
  siblings: ['zombie-worker-acknowledging-late', 'lost-promise', 'missing-idempotency'],
  covers: ['lost job at deploy'],
  wrong: {
    language: 'ts',
    stack: 'Fastify 5',
    text: `app.post('/orders', async (request, reply) => {
  const order = await saveOrder(request.body)
  setTimeout(() => sendReceipt(order).catch(console.error), 0)
  return reply.code(201).send(order)
})`,
  },
  right: {
    language: 'ts',
    stack: 'Fastify 5 and pg',
    text: `app.post('/orders', async (request, reply) => {
  const order = await inTransaction(pool, async (client) => {
    const saved = await saveOrder(client, request.body)
    const input = { orderId: saved.id }
    await client.query('insert into jobs (kind, input) values ($1, $2)', ['send-receipt', input])
    return saved
  })
  return reply.code(201).send(order)
})`,
  },
}
