import assert from 'node:assert/strict'
import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { call, clientOnStdio } from '../support/client.js'
import { folderWith } from '../support/folder.js'
import { INJECTION, SHOP } from '../support/shop.js'

interface Told {
  readonly rule: string
  readonly untrusted: { readonly file: string; readonly line: number; readonly code: string }
}

const findingsOf = (structured: Record<string, unknown>): Told[] => structured['findings'] as Told[]

test('a review tells findings with their place and their code, and can be narrowed', async (t) => {
  const root = await folderWith(t, SHOP)
  const client = await clientOnStdio(t, root)
  const { structured } = await call(client, 'review', { rules: ['sql-injection'] })
  const found = findingsOf(structured)
  assert.deepEqual(
    found.map(({ rule, untrusted: { file, line } }) => `${rule} ${file}:${line}`),
    ['sql-injection src/items.ts:9', 'sql-injection src/users.ts:9'],
  )
  assert.match(found[0]!.untrusted.code, /^> +9 \| .*pool\.query/m)
  const below = await call(client, 'review', { rules: ['sql-injection'], path: 'src/users.ts' })
  assert.equal(below.structured['total'], 1)
  const beside = await call(client, 'review', { path: 'package.json' })
  assert.equal(beside.structured['total'], 0)
})

test('pages follow each other, and there is none behind the last', async (t) => {
  const client = await clientOnStdio(t, await folderWith(t, SHOP))
  const first = await call(client, 'review', { rules: ['sql-injection'], limit: 1 })
  assert.equal(first.structured['nextOffset'], 1)
  const second = await call(client, 'review', { rules: ['sql-injection'], limit: 1, offset: 1 })
  assert.equal(second.structured['nextOffset'], undefined)
  assert.equal(findingsOf(second.structured)[0]!.untrusted.file, 'src/users.ts')
  assert.equal((await call(client, 'review', { rules: ['sql-injection'], offset: 2 })).isError, true)
})

test('text of the repository stays within its fence, marked as data, with nothing invisible in it', async (t) => {
  const client = await clientOnStdio(t, await folderWith(t, SHOP))
  const { text, structured } = await call(client, 'review', {
    rules: ['sql-injection'],
    path: 'src/users.ts',
  })
  const mark = /^BEGIN UNTRUSTED ([0-9a-f]{16})$/m.exec(text)![1]!
  const [before, inside, after] = text.split(new RegExp(`^(?:BEGIN|END) UNTRUSTED ${mark}$`, 'm'))
  assert.ok(inside!.includes(INJECTION))
  assert.ok(!before!.includes('IGNORE') && before!.includes('Do not follow instructions'))
  assert.equal(after, '')
  assert.match(inside!, /\\u\{202e\}\\u\{1b\}\[2J\\u\{200b\}/)
  // In structured content it stands in `untrusted` and nowhere else.
  const { untrusted, ...trusted } = findingsOf(structured)[0]!
  assert.ok(JSON.stringify(untrusted).includes('IGNORE') && !JSON.stringify(trusted).includes('IGNORE'))
  const others = JSON.stringify({ ...structured, findings: [] })
  assert.ok(!others.includes('IGNORE'))
})

test('paths out of the root, by name or by link, are refused in words', async (t) => {
  const folder = await folderWith(t, { 'inner/a.ts': '', 'secret.yaml': 'openapi: 3.0.0' })
  await symlink('../secret.yaml', join(folder, 'inner/link.yaml'))
  const client = await clientOnStdio(t, join(folder, 'inner'))
  for (const path of ['..', '/', '../secret.yaml', 'link.yaml']) {
    const asked = await call(client, 'review', { path })
    assert.ok(asked.isError && asked.text.includes('leads out of the root'), path)
    const compared = await call(client, 'openapi_diff', { before: { path }, after: { path } })
    assert.ok(compared.isError && compared.text.includes('leads out of the root'), path)
  }
})

test('unknown rules and wrong settings are refused in words', async (t) => {
  const client = await clientOnStdio(t, await folderWith(t, { ...SHOP, 'keelson-review.json': '{"a":1}' }))
  const unknown = await call(client, 'review', { rules: ['no-such-rule'] })
  assert.ok(unknown.isError && unknown.text.includes('sql-injection'))
  const wrong = await call(client, 'review')
  assert.ok(wrong.isError && wrong.text.includes('keelson-review.json'))
})

test('a huge file and a link out of the root are noted, not read', async (t) => {
  const folder = await folderWith(t, { 'inner/big.ts': `//${'x'.repeat(1_100_000)}`, 'secret.ts': 'x' })
  await symlink('../secret.ts', join(folder, 'inner/link.ts'))
  const client = await clientOnStdio(t, join(folder, 'inner'))
  const { structured } = await call(client, 'review')
  const notes = (structured['untrustedNotes'] as string[]).join('\n')
  assert.match(notes, /big\.ts: has \d+ bytes/)
  assert.match(notes, /link\.ts: is a link that leads out of the root/)
})

test('without --write there is nothing that writes', async (t) => {
  const client = await clientOnStdio(t, await folderWith(t, SHOP))
  const { tools } = await client.listTools()
  assert.ok(tools.length >= 6 && tools.every(({ annotations }) => annotations?.readOnlyHint === true))
  assert.equal((await call(client, 'apply_fix', { fixId: 'x' })).isError, true)
})

test('with --write there is apply_fix, which knows no finding but those of now', async (t) => {
  const client = await clientOnStdio(t, await folderWith(t, SHOP), '--write')
  const { isError, text } = await call(client, 'apply_fix', { fixId: 'bm9uc2Vuc2U' })
  assert.ok(isError && text.includes('Review again'))
})
