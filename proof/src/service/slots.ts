/** Two shapes of write skew: a row that rests on an empty list, and a row that rests on another's absence. */
import { anyone, command, conflict } from 'keelson'
import { z } from 'zod'
import { bookings, pairs } from './tables.js'

const taken = conflict('Taken.', z.object({ holder: z.string() }))

/** Books the slot if no booking of the room has it; no constraint keeps two from having it. */
export const book = command('slots.book', {
  http: { post: '/slots.book' },
  input: z.object({ token: z.string(), room: z.string(), slot: z.int() }),
  allow: anyone,
  errors: { taken },
  async run({ input: { token, room, slot }, tx, id, fail }) {
    const [holder] = await tx.list(bookings, { where: { room, slot }, limit: 1 })
    if (holder !== undefined) fail.taken({ holder: holder.token })
    tx.insert(bookings, { id: id(), room, slot, token })
  },
})

/** The same by a count of the room's bookings of that slot. */
export const bookByCount = command('slots.bookByCount', {
  http: { post: '/slots.bookByCount' },
  input: z.object({ token: z.string(), room: z.string(), slot: z.int() }),
  allow: anyone,
  errors: { taken },
  async run({ input: { token, room, slot }, tx, id, fail }) {
    if (await tx.exists(bookings, { room, slot })) fail.taken({ holder: 'somebody' })
    tx.insert(bookings, { id: id(), room, slot, token })
  },
})

/** Puts `mine` if there is no `other`. */
export const put = command('pairs.put', {
  http: { post: '/pairs.put' },
  input: z.object({ token: z.string(), mine: z.string(), other: z.string() }),
  allow: anyone,
  errors: { taken },
  async run({ input: { token, mine, other }, tx, fail }) {
    const there = await tx.get(pairs, other)
    if (there !== undefined) fail.taken({ holder: there.token })
    tx.insert(pairs, { id: mine, token })
  },
})
