import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Authenticate } from '../../src/auth/authenticator.js'
import { ownScheme } from '../../src/auth/own-scheme.js'
import { VirtualTime } from '../support/virtual-time.js'
import { Seeded } from '../support/seeded.js'

const time = new VirtualTime(new Seeded(1))
const request = { id: 'r', ip: undefined, header: () => undefined }
const actor = { id: 'a', scopes: [] }
const by = (authenticate: Authenticate) =>
  ownScheme(authenticate, { timeoutMs: 5000, scheduler: time })(request)

test('callers and nobody pass, at once and later', async () => {
  assert.equal(
    by(() => actor),
    actor,
  )
  assert.equal(
    by(() => null),
    null,
  )
  assert.equal(await by(() => Promise.resolve(actor)), actor)
})

test('what is no caller lets nobody in', async () => {
  for (const given of [
    undefined,
    true,
    'me',
    {},
    { id: '', scopes: [] },
    { id: 7, scopes: [] },
    { id: 'a' },
  ]) {
    assert.throws(() => by(() => given as never), { code: 'invalid_use' }, JSON.stringify(given))
    await assert.rejects(async () => by(() => Promise.resolve(given as never)), { code: 'invalid_use' })
  }
})

test('one that never ends is given up', async () => {
  const hanging = assert.rejects(async () => by(() => new Promise(() => undefined)), {
    code: 'authentication_unavailable',
  })
  await time.run(() => time.now() >= Date.UTC(2026, 0, 1) + 5000, 1000)
  await hanging
})
