import assert from 'node:assert/strict'
import { test } from 'node:test'

process.env.DATABASE_URL ??= 'postgres://forum:forum@localhost:5432/forum_test'
process.env.JWT_SECRET ??= 'test-secret-test-secret-test-secret-test'

const { issueToken, readToken } = await import('../src/plugins/auth.js')

test('a token names its member', async () => {
  const user = await readToken(await issueToken({ id: 3, handle: 'ada' }))
  assert.deepEqual(user, { id: 3, handle: 'ada' })
})

test('a broken token is refused', async () => {
  await assert.rejects(readToken('x.y.z'))
})
