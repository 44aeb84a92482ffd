import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Obstacle } from '../../src/cli/failure.js'
import { review } from '../../src/cli/review.js'
import { KeelsonProcesses } from '../support/keelson-process.js'

test('the words go to the reviewer, and its exit code comes back', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'keelson-cli-review-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const processes = new KeelsonProcesses(folder, {})
  const clean = await processes.run(['review', '--json']).ended
  assert.equal(clean.code, 0)
  assert.equal((JSON.parse(clean.stdout) as { version: number }).version, 1)
  const wrong = await processes.run(['review', '--jsn']).ended
  assert.equal(wrong.code, 2)
  assert.match(wrong.said, /Did you mean `--json`\?[^]*keelson review --help/)
})

test('where it is not installed, it is said how to', async () => {
  const notFound = (name: string): Error =>
    Object.assign(new Error(`Cannot find package '${name}' imported from x`), {
      code: 'ERR_MODULE_NOT_FOUND',
    })
  await assert.rejects(
    review([], () => Promise.reject(notFound('@keelson/review'))),
    (error: Error) =>
      error instanceof Obstacle && /npm install --save-dev @keelson\/review/.test(error.message),
  )
  const broken = notFound('oxc-parser')
  await assert.rejects(
    review([], () => Promise.reject(broken)),
    broken,
  )
})
