/** An application in a file of its own that can be put under load: notes are written, and some requests take their time. */
import { pgTable, text } from 'drizzle-orm/pg-core'
import * as z from 'zod'
import { app } from '../../src/app.js'
import { anyone } from '../../src/operation/access.js'
import { command } from '../../src/operation/command.js'
import { module } from '../../src/operation/module.js'
import { query } from '../../src/operation/query.js'

export const SCRIPT = 'create table notes (id text primary key)'

const notes = pgTable('notes', { id: text().primaryKey() })

const addNote = command('notes.add', {
  http: { post: '/notes', status: 201 },
  input: z.object({ id: z.string() }),
  output: z.object({ id: z.string() }),
  allow: anyone,
  run: ({ input, tx }) => tx.insert(notes, input),
})
const late = query('late', {
  http: { get: '/late' },
  input: z.object({ ms: z.int() }),
  output: z.object({ done: z.boolean() }),
  allow: anyone,
  run: ({ input }) => new Promise((resolve) => setTimeout(() => resolve({ done: true }), input.ms)),
})

export default app({ name: 'load', modules: [module('notes', { notes, addNote, late })] })
