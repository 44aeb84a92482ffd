/** Binaries as npm leaves them: without links, and perhaps where we may not write. */
import assert from 'node:assert/strict'
import { chmod, cp, lstat, readdir, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { locateBinaries, type BinariesPackage } from '../src/platform.js'
import { start } from '../src/start.js'
import { homeOf, isRoot, scratchFolder, sql } from './scratch.js'

test('makes the links that npm leaves out', async (t) => {
  const folder = await scratchFolder(t)
  const installed = await unpacked(folder)
  const messages: string[] = []
  const server = await start({ folder, progress: (message) => messages.push(message) }, async () => installed)
  await server.stop()
  assert.ok((await lstat(join(installed.folder, 'native/lib/libpq.so.5'))).isSymbolicLink())
  assert.deepEqual(
    messages.filter((message) => message.startsWith('copying')),
    [],
  )
})

test('runs from a copy where it may not make links, or not enter, and leaves permissions alone', async (t) => {
  const folder = await scratchFolder(t)
  const installed = await unpacked(folder)
  const closed = isRoot ? installed.folder : join(installed.folder, 'native/lib')
  const mode = isRoot ? 0o700 : 0o555
  await chmod(closed, mode)
  try {
    await startTwiceThenUpdated(folder, installed)
    assert.equal((await lstat(closed)).mode & 0o777, mode)
  } finally {
    await chmod(closed, 0o755)
  }
})

async function startTwiceThenUpdated(folder: string, installed: BinariesPackage): Promise<void> {
  const copies: string[] = []
  const progress = (message: string) => void (message.startsWith('copying') && copies.push(message))
  for (let run = 0; run < 2; run++) {
    const server = await start({ folder, progress }, async () => installed)
    assert.deepEqual(await sql(server.url, 'select 1'), [[1]])
    await server.stop()
  }
  assert.equal(copies.length, 1, 'the copy is kept')

  const updated = { ...installed, version: '18.99.0' }
  await (await start({ folder, progress }, async () => updated)).stop()
  const names = await readdir((await homeOf(folder)).path)
  assert.deepEqual(
    names.filter((name) => name.startsWith('native-')),
    ['native-18.99.0'],
  )
}

/** The package as in the registry's archive: no links. It lies beside the folder. */
async function unpacked(folder: string): Promise<BinariesPackage> {
  const installed = await locateBinaries()
  const copy = join(dirname(folder), 'package')
  await cp(installed.folder, copy, { recursive: true, filter: (path) => !path.endsWith('.a') })
  const list = await readFile(join(copy, 'native/pg-symlinks.json'), 'utf8')
  for (const { target } of JSON.parse(list) as { target: string }[])
    await rm(join(copy, target), { force: true })
  return { folder: copy, version: installed.version }
}
