import type { Actor, Server } from 'keelson'
import { getDocument, renameDocument } from './documents.js'

/** By the web's own Request and Response, for whatever speaks them; nothing listens. */
export async function titleOf(keelson: Server, name: string): Promise<string> {
  const response = await keelson.fetch(new Request(`http://localhost/v2/documents/${name}`))
  if (!response.ok) throw new Error(`It answered ${response.status}.`)
  return ((await response.json()) as { title: string }).title
}

/** In a test: a request without a network, as Fastify has it. */
export const isReady = async (keelson: Server): Promise<boolean> =>
  (await keelson.inject('/readyz')).statusCode === 200

/** Without HTTP: reads, decides, and changes nothing but what it has read. */
export async function shout(keelson: Server, as: Actor, name: string) {
  const { title, version } = await keelson.execute(getDocument, { name })
  return keelson.execute(renameDocument, { name, title: title.toUpperCase() }, { as, ifVersion: version })
}
