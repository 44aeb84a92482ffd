/** New client or pool per request. */
import type { Validation } from '../entry.js'

export const clientPerRequest: Validation = {
  kind: 'validation',
  id: 'client-per-request',
  title: 'New client or pool per request',
  severity: 'high',
  why: 'A Postgres connection is a process on the server and several round trips to open; a pool per request is that times its size. Under load the server reaches its limit, and then nobody connects any more: migrations, the on-call engineer and the other services included.',
  looksFor:
    '`new PrismaClient()`, `new Pool()`, `new Client()`, `postgres(url)`, `drizzle(new Pool)`, `new DataSource`, `new Redis()`, `new S3Client()`, `new Kafka()` inside a handler, resolver, middleware, request-scoped provider of Nest, or a function that these call; also without an end; several pools of one service whose sum exceeds the server’s limit.',
  sparesFor: [
    'Module level, start-up, singletons and lazy ones behind a cached promise.',
    'One client a tenant in a bounded map with eviction.',
    'Scripts, migrations, tests; serverless handlers that keep the client outside of the function and use a pooler.',
    'A dedicated client for LISTEN.',
  ],
  fix: 'One pool a process, made at start, closed at shutdown, handed in. Size it so that processes × pool stays below `max_connections` minus reserve; a pooler in transaction mode in front where processes are many.',
  numbers: [
    '`max_connections` is 100 by default, 3 of them reserved for superusers [PostgreSQL manual, Connections and Authentication].',
  ],
  siblings: [
    'connection-pooling',
    'connection-pool-exhaustion',
    'transaction-on-pool',
    'no-graceful-shutdown',
  ],
  covers: ['new client per request'],
  wrong: {
    language: 'ts',
    stack: 'Hono and Prisma',
    text: `app.get('/items', async (c) => {
  const prisma = new PrismaClient()
  return c.json(await prisma.item.findMany({ take: 50 }))
})`,
  },
  right: {
    language: 'ts',
    stack: 'Hono and Prisma',
    text: `const prisma = new PrismaClient()

app.get('/items', async (c) => c.json(await prisma.item.findMany({ take: 50 })))`,
  },
  executedBy: 'by-hand',
}
