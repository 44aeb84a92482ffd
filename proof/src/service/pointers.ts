/**
 * A row that names another: `hit` follows the pointer, `move` changes it. Of a pointer's targets just the one it points to
 * is open, at every moment, so that a hit that finds its target closed has seen two moments.
 */
import { anyone, command, conflict } from 'keelson'
import { z } from 'zod'
import { pointerLog, pointers, targets } from './tables.js'

export const hit = command('pointers.hit', {
  http: { post: '/pointers.hit' },
  input: z.object({ token: z.string(), pointer: z.string() }),
  output: z.object({ version: z.int(), target: z.string() }),
  allow: anyone,
  errors: { closed: conflict('The target is closed.', z.object({ version: z.int(), target: z.string() })) },
  async run({ input: { token, pointer }, tx, id, fail }) {
    const { target, version } = await tx.require(pointers, pointer)
    const { open, hits } = await tx.require(targets, target)
    if (!open) fail.closed({ version, target })
    tx.update(targets, target, { hits: hits + 1 })
    tx.insert(pointerLog, { id: id(), token, action: 'hit', pointer, version, target })
    return { version, target }
  },
})

export const move = command('pointers.move', {
  http: { post: '/pointers.move' },
  input: z.object({ token: z.string(), pointer: z.string(), to: z.string() }),
  output: z.object({ version: z.int(), target: z.string() }),
  allow: anyone,
  errors: { same: conflict('It points there already.') },
  async run({ input: { token, pointer, to }, tx, id, fail }) {
    const { target, version } = await tx.require(pointers, pointer)
    if (target === to) fail.same()
    tx.update(targets, target, { open: false })
    tx.update(targets, to, { open: true })
    tx.update(pointers, pointer, { target: to, version: version + 1 })
    tx.insert(pointerLog, { id: id(), token, action: 'move', pointer, version: version + 1, target: to })
    return { version: version + 1, target: to }
  },
})
