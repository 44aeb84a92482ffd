/** `npm run rulebook`: writes docs/rulebook anew from the entries. Pages of entries that are gone leave with them. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { renderBook } from '../render-book.js'

const folder = fileURLToPath(new URL('../../../../../docs/rulebook/', import.meta.url))
const pages = renderBook()

rmSync(folder, { recursive: true, force: true })
for (const [path, text] of pages) {
  const file = join(folder, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}
console.log(`docs/rulebook: ${pages.size} pages`)
