/** Check-then-act race on balance, stock, count. */
import type { SharpEdge } from '../entry.js'

export const raceBetweenCheckAndAct: SharpEdge = {
  kind: 'sharp-edge',
  id: 'race-between-check-and-act',
  title: 'Check-then-act race on balance, stock, count',
  severity: 'critical',
  why: 'Code that reads a number, decides, and then writes is right for one user and wrong for two. Between reading and writing another request does the same, and both go through: the last seat is sold twice, the account is below zero, the coupon for one use is used by a hundred scripts at once. Attackers know it and send their requests in one packet.',
  symptoms: [
    'Stock went negative',
    'The last seat was sold twice',
    'Balance is below zero although we check it',
    'The coupon was redeemed more often than allowed',
    'Two users registered with the same name',
    'It happens only under load and never on my machine',
    'Counter is lower than the number of events (lost updates)',
  ],
  mechanism:
    'At READ COMMITTED, the default, each statement sees what was committed when it began. Two requests read stock 1, both find it enough, both write. With `set stock = stock - 1` the result is -1; with `set stock = $computed` one of the writes is lost and the number even looks right. A transaction around it changes nothing by itself: at READ COMMITTED it neither locks what was read nor notices the change. `count(*)` and "does it exist" are the same race with no row that could be locked.',
  confirm: [
    'Look for SELECT followed by an `if` and an UPDATE or INSERT of the same thing; the UPDATE has no condition on what was checked.',
    'Invariants as queries, run daily: `select sku from items where stock < 0`; `select coupon, count(*) from redemptions group by 1 having count(*) > 1`.',
    'Force it: take `lock table items in exclusive mode` in psql (readers pass, writers wait), send two requests, commit. Both succeed: confirmed. It tells this from duplicates by retries, which have one sender and one body.',
    '`show default_transaction_isolation`: `read committed` protects from none of this.',
  ],
  wayOut: [
    'Stop the bleeding: a constraint that the database holds, `check (stock >= 0)`, a unique index on (coupon, customer): the second one fails, which is an ugly error in place of a wrong result. Add it `not valid` first if rows break it already.',
    'Put the condition in the write: `update … set stock = stock - 1 where sku = $1 and stock >= 1`, and decide by the number of rows.',
    'Where the decision needs code: `select … for update` first (rows in one order, by primary key, so that nobody deadlocks), or a version column and a retry.',
    'Where there is no row to lock (absence, counts over many rows): a unique or exclusion constraint, a row that stands for the set, an advisory lock, or SERIALIZABLE with retries of 40001.',
    'Commands of Keelson are serializable, lists and absences included, with no lock in the handler.',
  ],
  numbers: [
    'READ COMMITTED is the default isolation level; retries of SQLSTATE 40001 are the application’s task at the higher ones [PostgreSQL manual, 13.2 Transaction Isolation].',
    'Single-packet attacks send 20 to 30 requests of HTTP/2 that arrive within about 1 ms: a race window of a millisecond is wide open [PortSwigger Research, Smashing the state machine, 2023].',
  ],
  siblings: ['missing-idempotency', 'rate-limiter-over-admitting', 'refresh-token-race'],
  covers: ['check-then-act race on balance, stock, count'],
  wrong: {
    language: 'ts',
    stack: 'Fastify 5 and pg',
    text: `function naive(pool: pg.Pool) {
  const app = Fastify()
  app.post<{ Params: { sku: string } }>('/items/:sku/buy', async ({ params: { sku } }, reply) => {
    const item = await pool.query<{ stock: number }>('select stock from items where sku = $1', [sku])
    if ((item.rows[0]?.stock ?? 0) < 1) return reply.code(409).send({ code: 'out_of_stock' })
    await pool.query('update items set stock = stock - 1 where sku = $1', [sku])
    return { sold: sku }
  })
  return app
}`,
  },
  right: {
    language: 'ts',
    stack: 'Fastify 5 and pg',
    text: `function mended(pool: pg.Pool) {
  const app = Fastify()
  app.post<{ Params: { sku: string } }>('/items/:sku/buy', async ({ params: { sku } }, reply) => {
    const bought = await pool.query(
      'update items set stock = stock - 1 where sku = $1 and stock >= 1 returning stock',
      [sku],
    )
    if (bought.rowCount === 0) return reply.code(409).send({ code: 'out_of_stock' })
    return { sold: sku }
  })
  return app
}`,
  },
  reproduction: 'race-between-check-and-act.test.ts',
}
