/** Unbounded memory: buffers, queues, caches. */
import type { SharpEdge } from '../entry.js'

export const unboundedMemory: SharpEdge = {
  kind: 'sharp-edge',
  id: 'unbounded-memory',
  title: 'Unbounded memory: buffers, queues, caches',
  severity: 'high',
  why: 'Every array, map, stream buffer or promise queue that has no bound is sized by somebody else: by the slowest consumer, the largest upload, the number of distinct keys. It works until the pace of the two sides differs for an hour; then the process dies with all that it held.',
  symptoms: [
    'Memory grows until the pod is OOM-killed, every few days',
    'exit code 137',
    'JavaScript heap out of memory',
    'A slow client or consumer makes memory grow',
    'Restarting helps for a while',
    'GC takes more and more time',
  ],
  mechanism:
    'A Map as cache without eviction; rate limits by address in an object; `events.push` while the sink is down; `socket.write` whose false is ignored, so that Node buffers in memory; `Promise.all` over 100,000 items; `await request.file.toBuffer()`; listeners added per request. Queues hide overload: latency rises first, then memory, then all is lost at once.',
  confirm: [
    'Two heap snapshots (`v8.writeHeapSnapshot()`, `--heapsnapshot-signal=SIGUSR2`), compared: which constructor grew, and who retains it.',
    '`process.memoryUsage()`: heapUsed grows: objects; external or arrayBuffers grow: Buffers; only rss: native, fragmentation.',
    'Sawtooth with rising floor is a leak; a peak with one request is an unbounded query or upload.',
    'Sizes as metrics: entries of each cache, length of each queue, `socket.writableLength`.',
  ],
  wayOut: [
    'Stop the bleeding: restart in turn before the limit (by age or heap), raise memory for the night; take a snapshot first.',
    'Bound everything: LRU with max entries and TTL, queues with a length and a rule for what then (refuse, drop oldest), concurrency with a limit (p-limit, stream.pipeline).',
    'Respect back-pressure: `pipeline`, `for await`, or wait for `drain`.',
    'Uploads streamed, with a limit of bytes enforced while reading, not by Content-Length.',
    'Durable queues for what must not be lost: a table, not an array.',
    'All bounds of Keelson stand in docs/limits.md, with what happens at each: a full process answers 503 `overloaded`.',
  ],
  numbers: [
    'Exit code 137 = 128 + 9 (SIGKILL): the kernel or kubelet, not V8, which aborts with 134 [signal(7); Kubernetes documentation].',
    'highWaterMark of byte streams: 64 KiB since Node 22, 16 KiB before; write() beyond it returns false and buffers on [Node documentation, stream].',
  ],
  siblings: ['unbounded-query', 'event-loop-blocking', 'retry-storm'],
  covers: ['unbounded memory'],
  wrong: {
    language: 'ts',
    stack: 'TypeScript',
    text: `const profiles = new Map<string, Profile>()
const pending: LogLine[] = [] // flushed when the sink answers

await Promise.all(recipients.map((recipient) => send(recipient)))
for (const row of rows) response.write(JSON.stringify(row))`,
  },
  right: {
    language: 'ts',
    stack: 'lru-cache and Node streams',
    text: `const profiles = new LRUCache<string, Profile>({ max: 10_000, ttl: 60_000 })
if (pending.length >= 5_000) dropped.inc()
else pending.push(line)

const queue = recipients.values()
await Promise.all(Array.from({ length: 10 }, async () => {
  for (const recipient of queue) await send(recipient)
}))
await pipeline(Readable.from(rows), toJsonLines, response)`,
  },
}
