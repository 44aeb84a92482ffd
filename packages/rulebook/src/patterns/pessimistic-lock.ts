import type { Pattern } from '../entry.js'

export const pessimisticLock: Pattern = {
  kind: 'pattern',
  id: 'pessimistic-lock',
  title: 'Pessimistic lock',
  why: 'Stock, balances and seats are contended by nature: on the last ticket everybody comes at once, and optimistic attempts would only fail in rounds. A row lock lets them queue in the database, each deciding on the true value. It is simple and right as long as it is short, taken in one order, and bounded in waiting; otherwise it is the incident.',
  when: 'For a decision on the current value of rows that many want, where the decision needs more than one statement. First ask whether one statement does (`update … set n = n - 1 where n >= 1`) or a constraint decides (unique, exclusion). Never across requests, thinking time or network calls.',
  steps: [
    'Begin, `set local lock_timeout` to a second or two, lock, decide, write, commit; nothing else between.',
    'Use `for no key update` unless the key changes or the row is deleted: `for update` also blocks inserts that refer to the row.',
    'Lock several rows in one statement, ordered by their key; all code paths in the same order.',
    'Lock a parent where the rule is about a set (“at most five bookings”), since rows that do not exist yet cannot be locked.',
    'For queues use `skip locked`; for “try, else tell” use `nowait`.',
    'Deadlock (40P01) and lock timeout (55P03) are expected: roll back all, try again a few times with jitter.',
    'For things that are no rows: `pg_advisory_xact_lock`, with a documented space of numbers.',
  ],
  withKeelson: {
    language: 'ts',
    stack:
      'Keelson locks after the handler has run, all at once, in one order; the handler only says what it rests on',
    text: `import { integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { command, conflict, rowSchema, signedIn } from 'keelson'
import { z } from 'zod'

export const shows = pgTable('shows', { id: uuid().primaryKey(), seatsLeft: integer().notNull() })
export const tickets = pgTable('tickets', {
  id: uuid().primaryKey(),
  showId: uuid()
    .notNull()
    .references(() => shows.id),
  holder: text().notNull(),
})

/** Of a thousand who want the last seat one gets it, and nobody waits for somebody who thinks. */
export const buyTicket = command('tickets.buy', {
  http: { post: '/shows/:showId/tickets', status: 201 },
  idempotency: 'required',
  input: z.object({ showId: z.uuid() }),
  output: rowSchema(tickets),
  allow: signedIn,
  errors: { soldOut: conflict('Sold out.'), atMostFour: conflict('At most four tickets for each of us.') },
  async run({ input: { showId }, actor, tx, fail, id }) {
    const [show, held] = await Promise.all([
      tx.require(shows, showId),
      tx.count(tickets, { showId, holder: actor.id }),
    ])
    if (show.seatsLeft < 1) fail.soldOut()
    if (held >= 4) fail.atMostFour()
    tx.update(shows, showId, { seatsLeft: show.seatsLeft - 1 })
    return tx.insert(tickets, { id: id(), showId, holder: actor.id })
  },
})`,
  },
  byHand: {
    language: 'ts',
    stack: 'pg',
    text: `import type { Pool } from 'pg'

export type Bought = 'bought' | 'sold_out' | 'at_most_four'

/** Lock failures (55P03, 40P01) are thrown: answer 503 with Retry-After, or try again a few times. */
export async function buyTicket(pool: Pool, showId: string, holder: string): Promise<Bought> {
  const client = await pool.connect()
  let outcome: Bought = 'bought'
  try {
    await client.query('begin')
    await client.query("set local lock_timeout = '2s'")
    // The parent's lock also shields the count: whoever buys for this show comes by here.
    const { rows } = await client.query<{ seats_left: number }>(
      'select seats_left from shows where id = $1 for no key update',
      [showId],
    )
    const held = await client.query<{ n: number }>(
      'select count(*)::int as n from tickets where show_id = $1 and holder = $2',
      [showId, holder],
    )
    if ((rows[0]?.seats_left ?? 0) < 1) outcome = 'sold_out'
    else if ((held.rows[0]?.n ?? 0) >= 4) outcome = 'at_most_four'
    else {
      await client.query('update shows set seats_left = seats_left - 1 where id = $1', [showId])
      await client.query('insert into tickets (show_id, holder) values ($1, $2)', [showId, holder])
    }
    await client.query('commit')
    return outcome
  } catch (error) {
    await client.query('rollback')
    throw error
  } finally {
    client.release()
  }
}`,
  },
  mistakes: [
    'Calling the payment provider between lock and commit: its latency is now the queue of everyone.',
    'A Redis lock without a fencing token: the holder pauses, the lock expires, two hold it.',
    'Session-level advisory locks through a pooler in transaction mode: the lock stays on a connection that others get.',
    '`select … for update` outside of a transaction: it is released before the next statement.',
  ],
  numbers: [
    'lock_timeout is 0 by default, which waits without end; deadlocks are looked for after 1 s [Postgres manual, 19.11 and 19.12]',
    'FOR NO KEY UPDATE does not conflict with FOR KEY SHARE, the lock of foreign-key checks; FOR UPDATE does [Postgres manual, 13.3.2, table 13.3]',
    'A lock held for 5 ms lets at most 1000 / 5 = 200 through in a second [arithmetic]',
  ],
  siblings: [
    'optimistic-concurrency',
    'connection-pooling',
    'deadline-propagation',
    'race-between-check-and-act',
    'idle-in-transaction',
  ],
  covers: ['pessimistic lock'],
}
