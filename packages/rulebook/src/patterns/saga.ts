import type { Pattern } from '../entry.js'

export const saga: Pattern = {
  kind: 'pattern',
  id: 'saga',
  title: 'Saga with compensations',
  why: 'Booking a trip charges a card here, reserves a seat there, and no transaction spans both. Without a plan the process dies in between, the card stays charged and nobody knows. A saga writes down where it is, does one step after the other, each repeatable, and when one is refused undoes in business terms those that were done: refund, release, cancel.',
  when: 'For work over several services or a payment provider, where each step has a sensible opposite and intermediate states may be seen. Not where one database holds all the rows (a transaction is simpler and stronger), and not where a step cannot be undone or put last.',
  steps: [
    'Draw the states as a table: state, step, next on success, next on refusal. The row in the database is the truth, never the memory of a process.',
    'Order the steps: refusals first (checks, reservations), the pivot (charge) after them, what cannot fail for business reasons (mail) last.',
    'Make each step and each compensation idempotent by the saga’s id and the step’s name.',
    'Record “step is done” and “next step is due” in one commit, so that a crash repeats at most one step.',
    'Tell a refusal (compensate) from a failure (retry). A timeout is neither: ask for the outcome before you undo.',
    'Compensations may not fail for business reasons; they are retried without end, with an alarm for people.',
    'Give the whole a deadline, and list sagas that stand still by state and age.',
  ],
  withKeelson: {
    language: 'ts',
    stack:
      'Keelson as it is (no workflow engine yet): the state is a row, each step a job, each transition a command',
    text: `import { pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { anyone, command, job, signedIn, type CommandContext } from 'keelson'
import { z } from 'zod'

export const trips = pgTable('trips', {
  id: uuid().primaryKey(),
  customerId: text().notNull(),
  state: text({ enum: ['reserving', 'charging', 'booked', 'releasing', 'cancelled'] }).notNull(),
})
const Trip = z.object({ tripId: z.uuid() })
const SERVICES = 'https://services.example'

type Tx = CommandContext<unknown, unknown, {}>['tx']

/** What is due in each state. */
const enqueueStep = (tx: Tx, tripId: string, state: string): void => {
  if (state === 'reserving') tx.enqueue(reserve, { tripId })
  if (state === 'charging') tx.enqueue(charge, { tripId })
  if (state === 'releasing') tx.enqueue(release, { tripId })
}

const NEXT = {
  reserved: ['reserving', 'charging'],
  full: ['reserving', 'cancelled'],
  charged: ['charging', 'booked'],
  declined: ['charging', 'releasing'],
  released: ['releasing', 'cancelled'],
} as const
const OUTCOMES = ['reserved', 'full', 'charged', 'declined', 'released'] as const

/** State and next step in one commit; an outcome that comes twice, or late, changes nothing. */
export const advance = command('trips.advance', {
  input: Trip.extend({ outcome: z.enum(OUTCOMES) }),
  allow: anyone,
  async run({ input: { tripId, outcome }, tx }) {
    const trip = await tx.require(trips, tripId)
    const [from, to] = NEXT[outcome]
    if (trip.state !== from) return
    tx.update(trips, tripId, { state: to })
    enqueueStep(tx, tripId, to)
  },
})

/** A step: repeatable by the job's id; 409 and 402 are refusals, everything else is tried again. */
const step = (name: string, done: (typeof OUTCOMES)[number], refused?: (typeof OUTCOMES)[number]) =>
  job('trips.' + name, {
    input: Trip,
    timeoutMs: 10_000,
    async run({ input, id, http, execute }) {
      const answer = await http(SERVICES + '/' + name + '/' + input.tripId, {
        method: 'PUT',
        headers: { 'Idempotency-Key': id },
      })
      const isRefused = refused !== undefined && [402, 409].includes(answer.status)
      if (!answer.ok && !isRefused) throw new Error(name + ': ' + answer.status)
      await execute(advance, { ...input, outcome: isRefused ? refused : done })
    },
  })
export const reserve = step('reserve', 'reserved', 'full')
export const charge = step('charge', 'charged', 'declined')
export const release = step('release', 'released')

export const bookTrip = command('trips.book', {
  http: { post: '/trips', status: 202 },
  idempotency: 'required',
  output: Trip,
  allow: signedIn,
  run({ actor, tx, id }) {
    const trip = tx.insert(trips, { id: id(), customerId: actor.id, state: 'reserving' })
    enqueueStep(tx, trip.id, trip.state)
    return { tripId: trip.id }
  },
})`,
  },
  byHand: {
    language: 'ts',
    stack: 'pg: the transition, which every worker goes through',
    text: `import type { Pool } from 'pg'

const NEXT = {
  reserved: ['reserving', 'charging'],
  full: ['reserving', 'cancelled'],
  charged: ['charging', 'booked'],
  declined: ['charging', 'releasing'],
  released: ['releasing', 'cancelled'],
} as const

/** The state moves and the next step becomes due in one commit; a repeated or late outcome does nothing. */
export async function advance(pool: Pool, tripId: string, outcome: keyof typeof NEXT): Promise<void> {
  const [from, to] = NEXT[outcome]
  const client = await pool.connect()
  try {
    await client.query('begin')
    const moved = await client.query(
      'update trips set state = $3, since = now() where id = $1 and state = $2',
      [tripId, from, to],
    )
    if (moved.rowCount === 1 && to !== 'booked' && to !== 'cancelled')
      await client.query('insert into steps (trip_id, state, due_at) values ($1, $2, now())', [tripId, to])
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw error
  } finally {
    client.release()
  }
}`,
  },
  mistakes: [
    'Compensating after a timeout: the charge may have succeeded, and now there is neither money nor seat, or both.',
    'Keeping the saga in an async function: it ends with the deployment.',
    'Forgetting that others see the middle: a “reserved” seat must not be shown as sold.',
    'Undoing by deleting rows. A refund is a new fact; the history stays.',
  ],
  numbers: [
    'The idea: a long transaction as T1…Tn with compensations C1…Cn-1, either all T or T1…Tj followed by Cj…C1 [Garcia-Molina and Salem, Sagas, SIGMOD 1987]',
    'A Stripe key answers repeats for at least 24 hours: a step that may be retried for longer must ask for the outcome first [Stripe API reference, Idempotent requests]',
  ],
  siblings: [
    'transactional-outbox',
    'idempotency-key',
    'event-driven',
    'dead-letter-queue',
    'external-call-in-transaction',
  ],
  covers: ['saga with compensations'],
}
