/** Builds a world: a fresh Postgres, the proxy before it, and the processes of the service; and takes it down again. */
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PostgresProxy } from '../proxy/proxy.js'
import type { OpenWorld, WorldOptions } from '../run/parts.js'
import { App } from './app.js'
import { freePort, Postgres } from './postgres.js'
import { mountSmallDisk } from './small-disk.js'
import { openSql } from './sql.js'

const SERVICE = fileURLToPath(new URL('../service/serve.js', import.meta.url))

export async function openWorld({ processes, env, signal, note }: WorldOptions): Promise<OpenWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'keelson-proof-'))
  // Started by root, the server runs as another user, who must be able to walk in.
  await chmod(folder, 0o755)
  const closing: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })]
  const smallDisk = await mountSmallDisk(folder)
  if (smallDisk !== undefined) closing.push(() => smallDisk.unmount())
  const close = async (): Promise<void> => {
    for (const work of closing.splice(0).toReversed()) await work()
  }
  try {
    const postgres = await Postgres.create(folder)
    closing.push(() => postgres.close())
    const proxy = await PostgresProxy.open(postgres.directUrl)
    closing.push(() => proxy.close())
    const direct = openSql(() => postgres.directUrl)
    closing.push(() => direct.close())
    const apps: App[] = []
    for (let at = 1; at <= processes; at++)
      apps.push(
        new App({
          name: `app-${at}`,
          port: await freePort(),
          script: SERVICE,
          env: { ...env, DATABASE_URL: proxy.url },
        }),
      )
    closing.push(() => Promise.all(apps.map((app) => app.close())))
    for (const app of apps) await app.start()
    return {
      apps,
      postgres,
      proxy,
      smallDisk: smallDisk?.folder,
      sql: direct.sql,
      note,
      close,
      unexpectedExits: () => apps.flatMap(({ unexpected }) => unexpected),
      pause: (ms) => pauseFor(ms, signal),
    }
  } catch (error) {
    await close()
    throw error
  }
}

function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end)
  })
}
