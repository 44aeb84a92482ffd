/** A folder of files for one test, removed when the test ends. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { TestContext } from 'node:test'

/** Writes `files` (path → text or bytes) and returns the folder, links resolved. */
export function treeOf(
  test: TestContext,
  files: Readonly<Record<string, string | Uint8Array>>,
  name = 'keelson-review-',
): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), name)))
  test.after(() => rmSync(root, { recursive: true, force: true }))
  writeTree(root, files)
  return root
}

function writeTree(root: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), content)
  }
}
