/** PgBouncer in transaction mode before the server of the tests, where it is installed (Debian: `apt-get install pgbouncer`). */
import { spawn, spawnSync } from 'node:child_process'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, createServer, type AddressInfo } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import { until } from './until.js'

const PLACES = ['pgbouncer', '/usr/sbin/pgbouncer']

/** Undefined where there is none. */
export const pgbouncer = PLACES.find((place) => spawnSync(place, ['--version']).status === 0)

export interface Pooler {
  /** The database of this URL, through the pooler. */
  readonly urlOf: (direct: string) => string
  stop(): Promise<void>
}

/** `directUrl`: of any database on the server. `settings`: lines of the section `[pgbouncer]`. */
export async function startPooler(directUrl: string, settings: readonly string[] = []): Promise<Pooler> {
  const { hostname, port, username, password } = new URL(directUrl)
  const folder = await mkdtemp(join(tmpdir(), 'keelson-pgbouncer-'))
  const ownPort = await freePort()
  const file = join(folder, 'pgbouncer.ini')
  await writeFile(
    file,
    [
      '[databases]',
      `* = host=${hostname} port=${port === '' ? '5432' : port} user=${decodeURIComponent(username)} password=${decodeURIComponent(password)}`,
      '[pgbouncer]',
      `listen_addr = 127.0.0.1`,
      `listen_port = ${ownPort}`,
      'unix_socket_dir =',
      'auth_type = any',
      'pool_mode = transaction',
      ...settings,
      '',
    ].join('\n'),
  )
  // It refuses to be root.
  const isRoot = userInfo().uid === 0
  await chmod(folder, 0o755)
  const child = spawn(pgbouncer!, [...(isRoot ? ['-u', 'nobody'] : []), file], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (data: Buffer) => (said += data.toString()))
  await until('the pooler listens', async () => {
    if (child.exitCode !== null) throw new Error(`PgBouncer ended: ${said}`)
    return answers(ownPort)
  })
  return {
    urlOf(direct) {
      const url = new URL(direct)
      url.host = `127.0.0.1:${ownPort}`
      return url.href
    },
    async stop() {
      child.kill('SIGKILL')
      await once(child, 'exit')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  return port
}

async function answers(port: number): Promise<boolean> {
  const socket = connect({ host: '127.0.0.1', port })
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
