import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hashOf, isApiKey, newApiKey } from '../../src/auth/api-key.js'
import { keyAuthenticator } from '../../src/auth/authenticator.js'
import type { KeyFinding } from '../../src/auth/key-store.js'
import type { RequestInfo } from '../../src/operation/context.js'

const requestWith = (authorization: string | undefined, ip?: string): RequestInfo => ({
  id: 'r',
  ip,
  header: (name) => (name === 'authorization' ? authorization : undefined),
})

const { key, hash, prefix } = newApiKey()
const found: KeyFinding = {
  id: 'k',
  hash,
  actor: { id: 'a', scopes: [] },
  addresses: [],
  isRevoked: false,
  remainingMs: null,
}

function authenticator(known: KeyFinding | undefined, isRemembered = false) {
  const state = { asked: 0 }
  const authenticate = keyAuthenticator({
    recall: () => (isRemembered ? known : undefined),
    find: async () => {
      state.asked++
      return Promise.resolve(known)
    },
  })
  return { state, authenticate }
}

test('keys have a checksum, and only their hash is stored', () => {
  assert.match(key, /^kls_[0-9A-Za-z]{49}$/)
  assert.equal(hashOf(key), hash)
  assert.ok(key.startsWith(prefix) && prefix.length < 16)
  assert.ok(isApiKey(key))
  assert.notEqual(newApiKey().key, key)
  const mistyped = key.slice(0, 20) + (key[20] === 'a' ? 'b' : 'a') + key.slice(21)
  assert.equal(isApiKey(mistyped), false)
})

test('a key that is remembered costs neither a question nor a promise', async () => {
  const remembered = authenticator(found, true)
  assert.equal(remembered.authenticate(requestWith(`Bearer ${key}`)), found.actor)
  assert.equal(remembered.state.asked, 0)
  const unknown = authenticator(found)
  assert.equal(await unknown.authenticate(requestWith(`bearer ${key}`)), found.actor)
  assert.equal(unknown.state.asked, 1)
})

test('no credential is anonymous, a bad one is refused, mistyped keys without a question', async () => {
  const { state, authenticate } = authenticator(undefined)
  assert.equal(authenticate(requestWith(undefined)), null)
  for (const header of ['Basic abc', 'Bearer', 'Bearer x', `Bearer ${key.slice(0, -1)}`, `Bearer ${key} x`]) {
    assert.throws(() => authenticate(requestWith(header)), { code: 'unauthenticated' })
  }
  assert.equal(state.asked, 0)
  await assert.rejects(async () => authenticate(requestWith(`Bearer ${key}`)), { code: 'unauthenticated' })
})

test('a key that has ended says so', () => {
  const refusalOf = (finding: KeyFinding) => {
    const { authenticate } = authenticator(finding, true)
    return () => authenticate(requestWith(`Bearer ${key}`))
  }
  assert.throws(refusalOf({ ...found, isRevoked: true }), { code: 'unauthenticated', message: /revoked/ })
  assert.throws(refusalOf({ ...found, remainingMs: 0 }), { code: 'unauthenticated', message: /expired/ })
})

test('a key with a list of addresses works from there alone', () => {
  const bound = { ...found, addresses: ['10.0.0.0/8', '2001:db8::1', '203.0.113.7'] }
  const { authenticate } = authenticator(bound, true)
  const from = (ip?: string) => authenticate(requestWith(`Bearer ${key}`, ip))
  for (const ip of ['10.1.2.3', '::ffff:10.1.2.3', '2001:db8::1', '203.0.113.7'])
    assert.equal(from(ip), found.actor, ip)
  for (const ip of ['11.0.0.1', '2001:db8::2', '203.0.113.70', 'nonsense', '', undefined])
    assert.throws(() => from(ip), { code: 'forbidden', status: 403 }, String(ip))
})
