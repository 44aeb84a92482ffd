/**
 * Reservations by hand: Fastify and pg, one transaction a request, an advisory lock a room, since a list cannot be locked
 * by its rows. Prepared statements, a pool of 20, as in the peer of the shop.
 */
import fastify from 'fastify'
import pg from 'pg'

interface Reservation {
  readonly room: number
  readonly day: number
  readonly hour: number
}

const reservation = {
  type: 'object',
  required: ['room', 'day', 'hour'],
  additionalProperties: false,
  properties: { room: { type: 'integer' }, day: { type: 'integer' }, hour: { type: 'integer' } },
} as const

const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL']!, max: 20 })
const app = fastify({ logger: false })

app.get('/ready', async () => ({}))

app.post<{ Body: Reservation }>('/reserve', { schema: { body: reservation } }, async (request, reply) => {
  const client = await pool.connect()
  try {
    await client.query('begin')
    const isFree = await reserve(client, request.body)
    await client.query('commit')
    return await reply.code(isFree ? 201 : 409).send()
  } catch (error) {
    await client.query('rollback')
    throw error
  } finally {
    client.release()
  }
})

async function reserve(client: pg.PoolClient, { room, day, hour }: Reservation): Promise<boolean> {
  await client.query({ name: 'lock', text: 'select pg_advisory_xact_lock($1)', values: [room] })
  const { rows } = await client.query<{ hour: number }>({
    name: 'list',
    text: 'select id, room, day, hour from reservations where room = $1 and day = $2',
    values: [room, day],
  })
  if (rows.some((row) => row.hour === hour)) return false
  await client.query({
    name: 'insert',
    text: 'insert into reservations (id, room, day, hour) values (gen_random_uuid(), $1, $2, $3)',
    values: [room, day, hour],
  })
  return true
}

process.once('SIGTERM', () => void app.close().then(() => pool.end()))
await app.listen({ port: Number(process.env['PORT']), host: '127.0.0.1' })
