import { randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { anyone, route, signedIn } from 'keelson'
import { z } from 'zod'
import { getDocument, recordDocument } from './documents.js'

const place = z.object({ name: z.string().regex(/^[\w-]+\.[a-z]+$/) })
const pathOf = (storedAs: string): string => join(tmpdir(), `keelson-guide-${storedAs}`)

/** The bytes go to the disk as they arrive; the row is written when all of them are there. */
export const putFile = route('files.put', {
  http: { put: '/files/:name' },
  input: place,
  allow: signedIn,
  bodyBytesMax: 100 * 1024 * 1024,
  async run({ input: { name }, body, execute, reply }) {
    const storedAs = randomUUID()
    const file = createWriteStream(pathOf(storedAs))
    try {
      await pipeline(body, file)
      const document = await execute(recordDocument, { name, bytes: file.bytesWritten, storedAs })
      reply.code(201)
      return document
    } catch (error) {
      await rm(pathOf(storedAs), { force: true })
      throw error
    }
  },
})

export const getFile = route('files.get', {
  http: { get: '/files/:name' },
  input: place,
  allow: anyone,
  async run({ input, execute, reply }) {
    const { storedAs, bytes } = await execute(getDocument, input)
    reply.type('application/octet-stream').header('content-length', bytes)
    return createReadStream(pathOf(storedAs))
  },
})
