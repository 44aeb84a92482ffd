/** The two services of the works of isolation, on a copy of one template database each. */
import { fileURLToPath } from 'node:url'
import { startApp } from '../contenders/app-process.js'
import type { Contender } from '../contenders/contender.js'
import { COMMAND } from '../contenders/keelson.js'

const APP = fileURLToPath(new URL('app.js', import.meta.url))
const PEER = fileURLToPath(new URL('peer.js', import.meta.url))

const keelson: Contender = {
  name: 'keelson',
  face: 'isolation',
  readyPath: '/readyz',
  launch: ({ databaseUrl, port }) => ({
    program: COMMAND,
    args: ['start', APP],
    environment: { DATABASE_URL: databaseUrl, PORT: String(port), HOST: '127.0.0.1', LOG_LEVEL: 'warn' },
  }),
}

const fastifyPg: Contender = {
  name: 'fastify-pg',
  face: 'isolation',
  readyPath: '/ready',
  launch: ({ databaseUrl, port }) => ({
    program: PEER,
    args: [],
    environment: { DATABASE_URL: databaseUrl, PORT: String(port) },
  }),
}

export const SERVICES = { keelson, 'fastify-pg': fastifyPg } as const

/** Makes the tables: Keelson's start migrates, and the peer uses the same. */
export async function prepareTemplate(databaseUrl: string): Promise<void> {
  const app = await startApp(keelson, databaseUrl, '')
  await app.stop()
}
