import type { Pattern } from '../entry.js'

export const boundedQueues: Pattern = {
  kind: 'pattern',
  id: 'bounded-queues',
  title: 'Bounded queues and back-pressure',
  why: 'Between two parts of different speed there is a queue, whether somebody made it or not: an array, a socket buffer, the promises of a loop. Without a bound it takes up every overload silently, as latency first and as memory last, until the process is killed with all that it held. A bound makes the fast side wait or be refused while there is still a choice.',
  when: 'Wherever one thing produces and another consumes: streams, workers, batches, logs, subscribers over WebSockets. The choice at the bound is the design: wait (files, jobs), refuse (requests), drop the oldest (metrics, positions).',
  steps: [
    'Find the queues: arrays that are pushed to, `Promise.all` over inputs, emitters, sockets that are written to without looking at the result, job tables.',
    'Give each a bound in what is scarce (bytes or items), and a rule at the bound.',
    'Derive it: what is consumed a second × the latency that you accept. A longer queue cannot keep its promise.',
    'Let it reach the source: `pipeline` for streams, `for await` for iterables, 503 for callers, a pause of the consumer for brokers.',
    'Bound concurrency as well as length: n workers over one iterator.',
    'Measure the age of the oldest, not only the length.',
  ],
  withKeelson: {
    language: 'ts',
    stack: 'Keelson bounds its queues; in a route the body is a stream, and back-pressure reaches the sender',
    text: `import { createHash } from 'node:crypto'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { route, scope } from 'keelson'
import { z } from 'zod'

const UNPACKED_MAX = 500 * 1024 * 1024

/** 100 MiB come in, at most 500 MiB come out, and never more than some buffers of it are in memory. */
export const checkArchive = route('archives.check', {
  http: { post: '/archives/:name' },
  input: z.object({ name: z.string().regex(/^[\\w-]{1,64}$/) }),
  allow: scope('archives:write'),
  bodyBytesMax: 100 * 1024 * 1024,
  async run({ body, signal }) {
    const hash = createHash('sha256')
    let bytes = 0
    const bound = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        bytes += chunk.length
        // A small body may unpack to terabytes.
        done(bytes > UNPACKED_MAX ? new Error('The archive is too large.') : null, chunk)
      },
    })
    // Each stage is asked for more only when the next has taken what it gave.
    await pipeline(body, createGunzip(), bound, hash, { signal })
    return { bytes, sha256: hash.digest('hex') }
  },
})`,
  },
  byHand: {
    language: 'ts',
    stack: 'pg: so many at once over any number of inputs, none of them held beforehand',
    text: `import type { Pool } from 'pg'

/** Pulls from \`inputs\` only as fast as \`handle\` is done with them. The first error stops all, and is thrown. */
export async function eachOf<T>(
  inputs: AsyncIterable<T>,
  atOnce: number,
  handle: (input: T) => Promise<void>,
): Promise<void> {
  const iterator = inputs[Symbol.asyncIterator]()
  let stopped = false
  const worker = async (): Promise<void> => {
    while (!stopped) {
      const next = await iterator.next()
      if (next.done === true) return
      await handle(next.value)
    }
  }
  const workers = Array.from({ length: atOnce }, () =>
    worker().catch((error: unknown) => {
      stopped = true
      throw error
    }),
  )
  // All have ended before anybody learns of the first error: no work goes on behind the caller's back.
  const outcomes = await Promise.allSettled(workers)
  if (stopped) await iterator.return?.()
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failed !== undefined) throw failed.reason
}

/** All ids, a thousand in memory at a time. */
export async function* customerIds(pool: Pool): AsyncGenerator<string> {
  for (let after = '00000000-0000-0000-0000-000000000000'; ;) {
    const { rows } = await pool.query<{ id: string }>(
      'select id from customers where id > $1 order by id limit 1000',
      [after],
    )
    yield* rows.map(({ id }) => id)
    const last = rows.at(-1)
    if (last === undefined) return
    after = last.id
  }
}`,
  },
  mistakes: [
    '`Promise.all(millions.map(…))`: all of them begin before the first ends.',
    '`stream.write()` in a loop without waiting for `drain`; the buffer has no end.',
    'Solving a full queue by a longer one: the latency grows, the throughput does not.',
    'A bound on the number of items whose size the sender decides.',
  ],
  numbers: [
    'A stream’s highWaterMark is 16 KiB in Node 20 and 64 KiB from 22, 16 objects in object mode; a threshold, not a limit [Node.js documentation, Stream]',
    'A queue of 10,000 before a consumer of 100 a second means an answer after 100 s [Little, Operations Research 9(3), 1961]',
  ],
  siblings: ['load-shedding', 'bulk-operations', 'dead-letter-queue', 'bulkhead', 'unbounded-memory'],
  covers: ['bounded queues and back-pressure'],
}
