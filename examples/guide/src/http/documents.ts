import { anyone, command, query, rowSchema, signedIn } from 'keelson'
import { z } from 'zod'
import { documents } from './tables.js'

const Document = rowSchema(documents)
const place = { name: z.string() }

export const getDocument = query('documents.get', {
  http: { get: '/documents/:name', etag: documents.version, headers: { 'X-Bytes': (found) => found.bytes } },
  input: z.object(place),
  output: Document,
  allow: anyone,
  run: ({ input, db }) => db.require(documents, input.name),
})

export const renameDocument = command('documents.rename', {
  http: { patch: '/documents/:name', etag: documents.version, ifMatch: 'required' },
  input: z.object({ ...place, title: z.string().min(1) }),
  output: Document,
  allow: signedIn,
  async run({ input, tx }) {
    const { version } = await tx.require(documents, input.name)
    tx.update(documents, input.name, { title: input.title, version: version + 1 })
    return tx.require(documents, input.name)
  },
})

/** For the upload below; not served itself. */
export const recordDocument = command('documents.record', {
  input: z.object({ ...place, bytes: z.int(), storedAs: z.uuid() }),
  output: Document,
  allow: signedIn,
  async run({ input, tx }) {
    const before = await tx.get(documents, input.name)
    const title = before?.title ?? input.name
    return tx.upsert(documents, { ...input, title, version: (before?.version ?? 0) + 1 })
  },
})
