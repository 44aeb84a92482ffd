import assert from 'node:assert/strict'
import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { Refusal, Root } from '../../src/root/inside.js'
import { folderWith } from '../support/folder.js'

const refused = async (work: Promise<unknown>, message: RegExp): Promise<void> => {
  await assert.rejects(work, (error) => error instanceof Refusal && message.test(error.message))
}

test('paths below the root are resolved, whatever they go through', async (t) => {
  const folder = await folderWith(t, { 'src/a.ts': 'a', '..b/c.ts': 'c' })
  const root = await Root.at(folder)
  assert.equal((await root.placeOf('.')).path, '')
  assert.equal((await root.placeOf('src/../src/./a.ts')).path, 'src/a.ts')
  assert.equal((await root.placeOf(join(folder, 'src'))).path, 'src')
  assert.equal((await root.placeOf('..b/c.ts')).path, '..b/c.ts')
})

test('paths that lead out are refused, and what stands there is not told', async (t) => {
  const folder = await folderWith(t, { 'inner/a.ts': 'a', 'secret.txt': 's', 'inner-twin/b.ts': 'b' })
  const root = await Root.at(join(folder, 'inner'))
  for (const path of [
    '..',
    '../secret.txt',
    '../nothing',
    '/etc/passwd',
    '../inner-twin/b.ts',
    'x/../../secret.txt',
  ])
    await refused(root.placeOf(path), /leads out of the root/)
})

test('links that lead out are refused, links within are followed', async (t) => {
  const folder = await folderWith(t, { 'inner/a.ts': 'a', 'secret.txt': 's' })
  await symlink('../secret.txt', join(folder, 'inner/out.txt'))
  await symlink('..', join(folder, 'inner/up'))
  await symlink('a.ts', join(folder, 'inner/same.ts'))
  const root = await Root.at(join(folder, 'inner'))
  await refused(root.textOf('out.txt', 100), /leads out/)
  await refused(root.textOf('up/secret.txt', 100), /leads out/)
  assert.equal(await root.textOf('same.ts', 100), 'a')
})

test('a root that is itself a link is the folder behind it', async (t) => {
  const folder = await folderWith(t, { 'real/a.ts': 'a' })
  await symlink('real', join(folder, 'link'))
  assert.equal(await (await Root.at(join(folder, 'link'))).textOf('a.ts', 100), 'a')
})

test('folders, huge files, bytes that are no text and strange names are refused', async (t) => {
  const folder = await folderWith(t, { 'big.txt': 'x'.repeat(101), 'latin.txt': '' })
  const { writeFile } = await import('node:fs/promises')
  await writeFile(join(folder, 'latin.txt'), Buffer.from([0xe9, 0x20]))
  const root = await Root.at(folder)
  await refused(root.textOf('.', 100), /is no file/)
  await refused(root.textOf('big.txt', 100), /has 101 bytes/)
  await refused(root.textOf('latin.txt', 100), /not UTF-8/)
  await refused(root.textOf('missing', 100), /nothing at/)
  await refused(root.placeOf('a\0b'), /NUL/)
  await refused(root.placeOf('a'.repeat(2000)), /1024 characters/)
  await refused(Root.at(join(folder, 'none')), /no folder/)
})
