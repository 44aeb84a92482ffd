import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { entries, renderBook, renderReference } from '../src/index.js'

const folder = fileURLToPath(new URL('../../../../docs/rulebook/', import.meta.url))
const pages = renderBook()

test('docs/rulebook is what the entries say: run `npm run rulebook`', () => {
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.md'),
  )
  assert.deepEqual(found.map((name) => name.replaceAll('\\', '/')).toSorted(), [...pages.keys()].toSorted())
  for (const [path, text] of pages) assert.equal(readFileSync(join(folder, path), 'utf8'), text, path)
})

test('links between pages lead to pages', () => {
  for (const [path, text] of pages) {
    const prose = text.replaceAll(/```[\s\S]*?```/g, '').replaceAll(/`[^`\n]*`/g, '')
    for (const [, target] of prose.matchAll(/\]\(([^)]+\.md)\)/g)) {
      const linked = join(dirname(path), target!).replaceAll('\\', '/')
      assert.ok(pages.has(linked), `${path} links to ${linked}`)
    }
  }
})

test('a reference holds every entry of its kind, and its links stay within it', () => {
  for (const kind of ['pattern', 'sharp-edge', 'validation'] as const) {
    const text = renderReference(kind)
    const own = entries.filter((entry) => entry.kind === kind)
    for (const { id, title } of own) {
      assert.ok(text.includes(`<a id="${id}"></a>`), id)
      assert.ok(text.includes(`## ${title}`), title)
    }
    for (const [, target] of text.matchAll(/\]\(#([^)]+)\)/g))
      assert.ok(text.includes(`<a id="${target}"></a>`), `${kind}: #${target}`)
  }
})
