import { Readable } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import { anyone, route } from 'keelson'
import { z } from 'zod'
import { getDocument } from './documents.js'

interface Versioned {
  readonly version: number
}

/** The document now and after each change, as server-sent events. */
export const followDocument = route('documents.follow', {
  http: { get: '/documents/:name/changes' },
  input: z.object({ name: z.string() }),
  allow: anyone,
  async run({ input, execute, reply, signal }) {
    const read = () => execute(getDocument, input)
    // Where there is no such document the answer is 404, and no stream begins.
    const first = await read()
    reply.type('text/event-stream').header('cache-control', 'no-store, no-transform')
    return Readable.from(changes(first, read, signal))
  },
})

async function* changes<T extends Versioned>(first: T, read: () => Promise<T>, signal: AbortSignal) {
  let now = first
  let shown: T | undefined
  for (;;) {
    if (now.version !== shown?.version) yield `id: ${now.version}\ndata: ${JSON.stringify(now)}\n\n`
    shown = now
    await setTimeout(200, undefined, { signal }).catch(() => undefined)
    if (signal.aborted) return
    now = await read()
  }
}
