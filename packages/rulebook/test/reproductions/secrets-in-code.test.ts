/** A signing secret as a literal: it is in what is shipped, and in the history after it was taken out. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createHmac } from 'node:crypto'
import { naive } from './secrets-in-code/naive.js'
import { mended } from './secrets-in-code/mended.js'

/** The secret, put together so that it stands nowhere in this file's own output. */
const SECRET = ['not', 'a', 'real', 'secret', '41c07be2'].join('-')
const BODY = '{"order":1}'
const EXPECTED = createHmac('sha256', SECRET).update(BODY).digest('hex')

const artefactOf = (name: string) => fileURLToPath(new URL(`./secrets-in-code/${name}.js`, import.meta.url))

/** The history of a repository to which these files were committed one after the other, each in the place of the last. */
function historyOf(t: TestContext, names: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'rulebook-history-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const git = (...words: string[]) =>
    execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@example.com', ...words], {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: process.env.PATH, GIT_CONFIG_GLOBAL: '', GIT_CONFIG_NOSYSTEM: '1', HOME: folder },
    })
  git('init', '--quiet')
  for (const name of names) {
    copyFileSync(artefactOf(name), join(folder, 'sign.js'))
    git('add', '.')
    git('commit', '--quiet', '--message', name)
  }
  return git('log', '--all', '--patch')
}

test('the naive secret is read from the shipped file, the mended one is not there and works', () => {
  assert.equal(naive(BODY), EXPECTED)
  assert.ok(readFileSync(artefactOf('naive'), 'utf8').includes(SECRET))

  assert.equal(mended({ WEBHOOK_SECRET: SECRET })(BODY), EXPECTED)
  assert.ok(!readFileSync(artefactOf('mended'), 'utf8').includes(SECRET))
})

test('a secret that was taken out of the code is still in the history: only a new secret mends it', (t) => {
  assert.ok(historyOf(t, ['naive', 'mended']).includes(SECRET))
  assert.ok(!historyOf(t, ['mended']).includes(SECRET))
})

test('the mended service does not start without its secret, or with one that is too short', () => {
  assert.throws(() => mended({}), /WEBHOOK_SECRET/)
  assert.throws(() => mended({ WEBHOOK_SECRET: 'short' }), /WEBHOOK_SECRET/)
})
