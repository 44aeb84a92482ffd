/** Notes by key, numbered, and a subscriber that follows them: its effects are one row a note and one total. */
import { anyone, command, event, subscriber } from 'keelson'
import { z } from 'zod'
import { followTotals, noteKeys, notesFollowed } from './tables.js'

export const NoteMade = event('note.made', {
  version: 1,
  key: (e) => e.key,
  payload: z.object({ token: z.string(), key: z.string(), number: z.int() }),
})

export const make = command('notes.make', {
  http: { post: '/notes.make' },
  input: z.object({ token: z.string(), key: z.string() }),
  output: z.object({ number: z.int() }),
  allow: anyone,
  async run({ input: { token, key }, tx }) {
    const number = (await tx.require(noteKeys, key)).number + 1
    tx.update(noteKeys, key, { number })
    tx.emit(NoteMade, { token, key, number })
    return { number }
  },
})

/** Takes whatever comes, also twice or out of order: the check must find that, not a constraint. */
export const followNotes = subscriber('notes', {
  on: [NoteMade],
  from: 'start',
  run({ event: { payload }, tx, id }) {
    tx.insert(notesFollowed, { id: id(), ...payload })
    tx.increment(followTotals, 'notes', { value: 1 })
  },
})
