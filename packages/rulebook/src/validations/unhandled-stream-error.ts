/** Stream without an error path. */
import type { Validation } from '../entry.js'

export const unhandledStreamError: Validation = {
  kind: 'validation',
  id: 'unhandled-stream-error',
  title: 'Stream without an error path',
  severity: 'high',
  why: 'A stream that emits `error` with no listener throws it into the process and ends it. `pipe` does not pass errors on and does not close the other side: a client that hangs up in the middle of a download leaves a file descriptor behind, each time.',
  looksFor:
    "`.pipe(` in service code without `error` listeners on every part; `createReadStream(…).pipe(res)`; sockets, child processes, WebSockets and Redis, Kafka or pg clients (`pool.on('error')`!) without a listener for `error`; `fs.createWriteStream` whose `finish` is awaited but not its error; the answer already begun when the source fails.",
  sparesFor: [
    '`pipeline` of `node:stream/promises`, `finished`, `for await` over the stream in try/catch.',
    '`reply.send(stream)` of Fastify and StreamableFile of Nest, which handle it.',
    'Streams with listeners attached where they are made.',
  ],
  fix: '`await pipeline(source, transform, target, { signal })`. Open the source before the status is sent, so that a missing file is 404. Give every long-lived client an `error` listener that logs and counts.',
  numbers: [
    'A pg pool emits `error` for idle clients when Postgres restarts: with 0 listeners the process exits [node-postgres documentation, Pool events].',
  ],
  siblings: ['promise-never-settled', 'lost-promise', 'swallowed-error', 'no-graceful-shutdown'],
  covers: ['unhandled stream error'],
  wrong: {
    language: 'ts',
    stack: 'Express 5 and pg',
    text: `const pool = new pg.Pool()
app.get('/export', (req, res) => {
  createReadStream(path).pipe(createGzip()).pipe(res)
})`,
  },
  right: {
    language: 'ts',
    stack: 'Express 5 and pg',
    text: `const pool = new pg.Pool()
pool.on('error', (error) => log.warn({ err: error }, 'idle client lost'))
app.get('/export', async (req, res) => {
  const file = await open(path)
  res.set('Content-Encoding', 'gzip')
  await pipeline(file.createReadStream(), createGzip(), res)
})`,
  },
  executedBy: 'by-hand',
}
