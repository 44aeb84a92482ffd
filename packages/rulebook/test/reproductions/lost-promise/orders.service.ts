/** A service in a process of its own, since what it shows is the end of the process: `node … naive|mended`. Its port is its first line. */
import type { AddressInfo } from 'node:net'
import Fastify from 'fastify'
import pg from 'pg'

/* oxlint-disable typescript/no-floating-promises */
function naive(pool: pg.Pool) {
  const app = Fastify()
  app.post<{ Params: { sku: string } }>('/orders/:sku', async ({ params: { sku } }, reply) => {
    await pool.query('insert into orders (sku) values ($1)', [sku])
    pool.query('insert into audit (what) values ($1)', [`ordered ${sku}`])
    return reply.code(201).send({ sku })
  })
  return app
}
/* oxlint-enable typescript/no-floating-promises */

function mended(pool: pg.Pool) {
  const app = Fastify()
  app.post<{ Params: { sku: string } }>('/orders/:sku', async ({ params: { sku } }, reply) => {
    await pool.query(
      `with audited as (insert into audit (what) values ($1))
       insert into orders (sku) values ($2)`,
      [`ordered ${sku}`, sku],
    )
    return reply.code(201).send({ sku })
  })
  return app
}

const app = (process.argv[2] === 'naive' ? naive : mended)(
  new pg.Pool({ connectionString: process.env.SERVICE_DATABASE_URL, options: '-c lock_timeout=200ms' }),
)
await app.listen({ port: 0, host: '127.0.0.1' })
process.stdout.write(`${(app.server.address() as AddressInfo).port}\n`)
