import type { Pattern } from '../entry.js'

export const optimisticConcurrency: Pattern = {
  kind: 'pattern',
  id: 'optimistic-concurrency',
  title: 'Optimistic concurrency',
  why: 'Two people open the same document; the second to save wipes out what the first wrote, and nobody is told. No lock can be held while people think. A version that travels with the document and must still be current when it comes back turns the silent loss into a 412 that a program can merge and a person can understand.',
  when: 'For edits with thinking time between read and write, and for conflicts that are rare. Under heavy contention on one row (a counter, hot stock) it degrades to retries: use one atomic statement or a lock there.',
  steps: [
    'Add `version integer not null` and raise it in every update; timestamps collide and clocks go back.',
    'Give it to the client as an ETag, and demand it back as If-Match; without it answer 428.',
    'Compare and change in one statement: `update … where id = $1 and version = $2`; no row means 412, or 404 if there is none.',
    'Answer 412 with the current version, so that the client can show both and merge.',
    'Retry by yourself only what is computed anew from the fresh row, and at most a few times with jitter.',
    'Let every writer raise the version, batch jobs and scripts included; a trigger if you cannot trust them.',
  ],
  withKeelson: {
    language: 'ts',
    stack: 'Keelson: a column as `etag`, compared in the commit',
    text: `import { integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { command, query, rowSchema, signedIn } from 'keelson'
import { z } from 'zod'

export const pages = pgTable('pages', {
  id: uuid().primaryKey(),
  text: text().notNull(),
  version: integer().notNull(),
})
const Page = rowSchema(pages)

export const getPage = query('pages.get', {
  http: { get: '/pages/:id', etag: pages.version },
  input: z.object({ id: z.uuid() }),
  output: Page,
  allow: signedIn,
  run: ({ input, db }) => db.require(pages, input.id),
})

/** 428 without If-Match, 412 where the version is another, however many edit at the same moment. */
export const editPage = command('pages.edit', {
  http: { put: '/pages/:id', etag: pages.version, ifMatch: 'required' },
  input: z.object({ id: z.uuid(), text: z.string().max(100_000) }),
  output: Page,
  allow: signedIn,
  async run({ input: { id, text }, tx }) {
    const page = await tx.require(pages, id)
    const edited = { ...page, text, version: page.version + 1 }
    tx.update(pages, id, { text, version: edited.version })
    return edited
  },
})`,
  },
  byHand: {
    language: 'ts',
    stack: 'Express 5 and pg',
    text: `import { Router, json } from 'express'
import type { Pool } from 'pg'
import { z } from 'zod'

const Edit = z.object({ text: z.string().max(100_000) })

export function pages(pool: Pool): Router {
  const router = Router().use(json({ limit: '200kb' }))
  router.put('/pages/:id', async (request, response) => {
    const match = /^"(\\d{1,9})"$/.exec(request.get('if-match') ?? '')
    if (match === null) return void response.status(428).json({ code: 'if_match_required' })
    const edit = Edit.safeParse(request.body)
    if (!edit.success) return void response.status(400).json({ code: 'invalid_input' })
    const id = request.params.id
    // Comparison and change are one statement: nothing gets between them.
    const { rows } = await pool.query<{ version: number }>(
      'update pages set text = $3, version = version + 1 where id = $1 and version = $2 returning version',
      [id, Number(match[1]), edit.data.text],
    )
    if (rows[0] !== undefined) return void response.set('ETag', '"' + rows[0].version + '"').sendStatus(204)
    const current = await pool.query<{ version: number }>('select version from pages where id = $1', [id])
    if (current.rows[0] === undefined) return void response.sendStatus(404)
    response
      .set('ETag', '"' + current.rows[0].version + '"')
      .status(412)
      .json({ code: 'changed_meanwhile' })
  })
  return router
}`,
  },
  mistakes: [
    'Reading the version in the handler and comparing it there; between this read and the update somebody else writes.',
    'An ORM’s version column that raw updates and bulk statements pass by.',
    'Retrying the client’s whole document on top of the new version: that is the lost update again, with more steps.',
    'Weak ETags (`W/"…"`) in If-Match: it compares strongly, and they never match.',
  ],
  numbers: [
    'If-Match uses the strong comparison and fails with 412 [RFC 9110, 13.1.1]; a required but missing condition is 428 [RFC 6585, section 3]',
    'With n writers at once on one row a round lets one succeed: n(n-1)/2 wasted attempts, 190 for 20 writers [arithmetic, first of each round wins]',
  ],
  siblings: ['pessimistic-lock', 'idempotency-key', 'service-layer', 'race-between-check-and-act'],
  covers: ['optimistic concurrency'],
}
