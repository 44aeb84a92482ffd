/** `keelson start`: production. Says what it does in the log only. */
import { readConfig } from '../config/config.js'
import { createServer } from '../create-server.js'
import { createLog } from '../telemetry/log.js'
import type { ServeArguments } from './arguments.js'
import { listen } from './listening.js'
import { loadApp } from './load-module.js'
import { untilStopped } from './until-stopped.js'

const DRAIN_DELAY_MS = 1000

export async function start(given: ServeArguments): Promise<void> {
  const config = readConfig(process.env)
  const log = createLog({ level: config.logLevel, format: config.logFormat ?? 'json' })
  await untilStopped(
    async ({ lifecycle, signal }) => {
      const app = await loadApp(given.appFile)
      const server = await createServer(app, {
        // Long enough for what sends requests here to see that it is not ready any more.
        config: { ...config, drainDelayMs: config.drainDelayMs ?? DRAIN_DELAY_MS },
        log,
        development: false,
        roles: given.roles,
      })
      lifecycle.started('the app', () => server.close())
      signal.throwIfAborted()
      const url = await listen(server, { host: given.host ?? config.host, port: given.port ?? config.port })
      log.info({ app: app.options.name, url, roles: given.roles }, 'Listening.')
    },
    () => log.info('Stopping: requests under way are finished first.'),
  )
  log.info('Stopped.')
}
