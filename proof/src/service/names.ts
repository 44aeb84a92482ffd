/** Names that one at a time may hold: the unique constraint decides, or the command looks first. */
import { anyone, command, conflict, notFound } from 'keelson'
import { z } from 'zod'
import { nameLog, names } from './tables.js'

const input = z.object({ token: z.string(), name: z.string() })

/** Lets the constraint refuse: `unique_violation`. */
export const take = command('names.take', {
  http: { post: '/names.take' },
  input,
  allow: anyone,
  run({ input: { token, name }, tx, id }) {
    tx.insert(nameLog, { id: id(), token, name, action: 'take', holder: token })
    tx.insert(names, { id: id(), name, token })
  },
})

/** Several at once, in the order given. */
export const takeAll = command('names.takeAll', {
  http: { post: '/names.takeAll' },
  input: z.object({ token: z.string(), names: z.array(z.string()).max(500) }),
  allow: anyone,
  run({ input: { token, names: wanted }, tx, id }) {
    for (const name of wanted) {
      tx.insert(names, { id: id(), name, token })
      tx.insert(nameLog, { id: id(), token, name, action: 'take', holder: token })
    }
  },
})

export const takeIfFree = command('names.takeIfFree', {
  http: { post: '/names.takeIfFree' },
  input,
  allow: anyone,
  errors: { taken: conflict('The name is taken.', z.object({ holder: z.string() })) },
  async run({ input: { token, name }, tx, id, fail }) {
    const held = await tx.get(names, { name })
    if (held !== undefined) fail.taken({ holder: held.token })
    tx.insert(names, { id: id(), name, token })
    tx.insert(nameLog, { id: id(), token, name, action: 'take', holder: token })
  },
})

export const release = command('names.release', {
  http: { post: '/names.release' },
  input,
  allow: anyone,
  errors: { free: notFound('Nobody holds the name.') },
  async run({ input: { token, name }, tx, id, fail }) {
    const held = (await tx.get(names, { name })) ?? fail.free()
    tx.delete(names, held.id)
    tx.insert(nameLog, { id: id(), token, name, action: 'release', holder: held.token })
  },
})
