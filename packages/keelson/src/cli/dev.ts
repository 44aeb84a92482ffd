/** `keelson dev`: the whole thing on one machine with nothing installed: database, migrations, key, a call to try. */
import { relative, resolve } from 'node:path'
import type { App } from '../app.js'
import { developmentKey } from '../auth/development-key.js'
import { readConfig, type Config } from '../config/config.js'
import type { Server } from '../composition/server.js'
import { createServer } from '../create-server.js'
import { createLog } from '../telemetry/log.js'
import type { ServeArguments } from './arguments.js'
import { startDatabase } from './embedded.js'
import { exampleCurl } from './example.js'
import { messageOf } from './failure.js'
import { assertPortFree, listen } from './listening.js'
import { loadApp, loadSeed } from './load-module.js'
import { asDeveloper, type Seed } from './seed.js'
import type { Terminal } from './terminal.js'
import { untilStopped, type Run } from './until-stopped.js'

/** Data, binaries, key; beside the code that is served. */
const FOLDER = '.keelson'

export async function dev(given: ServeArguments, terminal: Terminal): Promise<void> {
  const config = readConfig({ LOG_LEVEL: 'warn', ...process.env })
  const address = { host: given.host ?? config.host, port: given.port ?? config.port }
  await untilStopped(
    async (run) => {
      const app = await loadApp(given.appFile)
      const seed = given.seedFile === undefined ? undefined : await loadSeed(given.seedFile)
      await assertPortFree(address)
      const folder = resolve(FOLDER)
      const databaseUrl = config.databaseUrl ?? (await startOwnDatabase(folder, run, terminal))
      run.signal.throwIfAborted()
      const server = await serve(app, config, databaseUrl, run)
      const key = await developmentKey(folder, server.keys)
      run.signal.throwIfAborted()
      const url = await listen(server, address)
      terminal.say(welcome({ app, server, url, key, databaseUrl, isOwn: config.databaseUrl === undefined }))
      if (seed !== undefined) startSeed(seed, { server, url, key, run, terminal })
    },
    () => terminal.say('\nStopping …'),
  )
}

async function startOwnDatabase(folder: string, { lifecycle }: Run, terminal: Terminal): Promise<string> {
  terminal.progress('Starting the embedded Postgres …')
  const database = await startDatabase(folder, (message) =>
    terminal.progress(`Embedded Postgres: ${message}`),
  )
  lifecycle.started('the embedded Postgres', () => database.stop())
  return database.url
}

async function serve(app: App, config: Config, databaseUrl: string, { lifecycle }: Run): Promise<Server> {
  const format = config.logFormat ?? (process.stdout.isTTY ? 'text' : 'json')
  const server = await createServer(app, {
    databaseUrl,
    config,
    development: true,
    log: createLog({ level: config.logLevel, format }),
  })
  lifecycle.started('the app', () => server.close())
  return server
}

interface Serving {
  readonly server: Server
  readonly url: string
  readonly key: string
}

interface Welcome extends Serving {
  readonly app: App
  readonly databaseUrl: string
  readonly isOwn: boolean
}

function welcome({ app, server, url, key, databaseUrl, isOwn }: Welcome): string {
  const { options } = app
  const curl = exampleCurl({ app: options, document: server.openapi, url, key })
  const place = isOwn ? `   (embedded, data in ${relative(process.cwd(), resolve(FOLDER))}/)` : ''
  const lines = [
    '',
    `${options.name} is running on ${url}   (Ctrl-C stops it)`,
    '',
    `  docs      ${url}/docs`,
    `  openapi   ${url}/openapi.json`,
    `  database  ${isOwn ? databaseUrl : withoutPassword(databaseUrl)}${place}`,
    `  key       ${key}   (for development: it may do everything)`,
    '',
  ]
  if (curl !== undefined) lines.push('Try it:', '', curl, '')
  return lines.join('\n')
}

function withoutPassword(databaseUrl: string): string {
  const url = new URL(databaseUrl)
  if (url.password !== '') url.password = '…'
  return decodeURI(url.href)
}

/** In the background: a seed that fails is told, and the app serves on. */
function startSeed(
  seed: Seed,
  { server, url, key, run, terminal }: Serving & { run: Run; terminal: Terminal },
): void {
  const { signal, lifecycle } = run
  const progress = (message: string): void => terminal.progress(message)
  const ended = seed({ url, key, execute: asDeveloper(server), progress, signal }).then(
    () => terminal.settle(),
    (error: unknown) => {
      if (!signal.aborted) terminal.say(`The seed failed; the app serves on. ${messageOf(error)}`)
    },
  )
  // Stopped before the app is, so that what it began can end.
  lifecycle.started('the seed', () => ended)
}
