/** No limit on body, headers or time of a request. */
import type { Validation } from '../entry.js'

export const missingRequestLimits: Validation = {
  kind: 'validation',
  id: 'missing-request-limits',
  title: 'No limit on body, headers or time of a request',
  severity: 'medium',
  why: 'What a server accepts without a bound it keeps in memory for whoever sends it, as slowly as he likes. A few hundred connections that send one byte a second, or a few bodies of a gigabyte, and nobody else gets in.',
  looksFor:
    "Raised or removed limits (`express.json({ limit: '500mb' })`, `bodyLimit: Infinity`, `maxBodyLength` of a proxy 0); raw `http` servers, `for await (const chunk of req)` and Hono, Koa or Next handlers that collect a body without counting; multer and busboy without `limits`; `requestTimeout: 0`, `headersTimeout: 0`, `setTimeout(0)`; WebSocket servers without `maxPayload`; decompression of bodies without a limit on what comes out.",
  sparesFor: [
    'Defaults of Express and Fastify, which are bounded.',
    'Uploads streamed to a store with a byte limit, or by presigned URLs.',
    'Limits at the gateway that the repository shows, for every way in.',
  ],
  fix: 'A small limit for all routes (100 kB to 1 MB), raised by route where needed. Keep Node’s time-outs, and set `maxPayload`, `limits.fileSize`, `files`, `fields`. Answer 413.',
  numbers: [
    'Defaults: 100 kB for express.json, 1 MiB for Fastify, 16 KiB for all headers of Node, 300 s for a whole request [their documentation].',
    '`ws` accepts messages of up to 100 MiB by default [ws documentation, maxPayload].',
  ],
  siblings: ['resource-exhaustion-by-input', 'load-shedding', 'rate-limiting', 'bounded-queues'],
  covers: ['missing body and header limits'],
  wrong: {
    language: 'ts',
    stack: 'Express 5 and multer',
    text: `app.use(express.json({ limit: '1gb' }))
const upload = multer({ storage: multer.memoryStorage() })`,
  },
  right: {
    language: 'ts',
    stack: 'Express 5 and multer',
    text: `app.use(express.json({ limit: '100kb' }))
const upload = multer({
  storage: toObjectStore,
  limits: { fileSize: 5_000_000, files: 1, fields: 10, headerPairs: 20 },
})`,
  },
  executedBy: 'by-hand',
}
