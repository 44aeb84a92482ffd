import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hashOf, isApiKey, newApiKey } from '../../src/auth/api-key.js'
import { KeyAuthenticator } from '../../src/auth/authenticator.js'
import type { Actor } from '../../src/operation/actor.js'
import type { RequestInfo } from '../../src/operation/context.js'

const requestWith = (authorization: string | undefined): RequestInfo => ({
  id: 'r',
  ip: undefined,
  header: (name) => (name === 'authorization' ? authorization : undefined),
})

function authenticator(known: ReadonlyMap<string, Actor>) {
  const state = { nowMs: 0, lookups: 0 }
  const find = async (hash: string): Promise<Actor | null> => {
    state.lookups++
    return Promise.resolve(known.get(hash) ?? null)
  }
  return { state, authenticate: new KeyAuthenticator({ find }, () => state.nowMs).authenticate }
}

const { key, hash, prefix } = newApiKey()
const actor: Actor = { id: 'a', scopes: [] }

test('keys have a checksum, and only their hash is stored', () => {
  assert.match(key, /^kls_[0-9A-Za-z]{49}$/)
  assert.equal(hashOf(key), hash)
  assert.ok(key.startsWith(prefix) && prefix.length < 16)
  assert.ok(isApiKey(key))
  assert.notEqual(newApiKey().key, key)
  const mistyped = key.slice(0, 20) + (key[20] === 'a' ? 'b' : 'a') + key.slice(21)
  assert.equal(isApiKey(mistyped), false)
})

test('a known key is looked up once, then answered from memory until it is stale', async () => {
  const { state, authenticate } = authenticator(new Map([[hash, actor]]))
  const request = requestWith(`Bearer ${key}`)
  assert.equal(await authenticate(request), actor)
  assert.equal(authenticate(request), actor)
  assert.equal(state.lookups, 1)
  state.nowMs = 5001
  assert.equal(await authenticate(request), actor)
  assert.equal(state.lookups, 2)
})

test('requests that come at once share a look-up', async () => {
  const { state, authenticate } = authenticator(new Map([[hash, actor]]))
  await Promise.all(Array.from({ length: 10 }, async () => authenticate(requestWith(`bearer ${key}`))))
  assert.equal(state.lookups, 1)
})

test('no credential is anonymous, a bad one is refused, mistyped keys without a look-up', async () => {
  const { state, authenticate } = authenticator(new Map())
  assert.equal(authenticate(requestWith(undefined)), null)
  for (const header of ['Basic abc', 'Bearer', 'Bearer x', `Bearer ${key.slice(0, -1)}`, `Bearer ${key} x`]) {
    assert.throws(() => authenticate(requestWith(header)), { code: 'unauthenticated' })
  }
  assert.equal(state.lookups, 0)
  await assert.rejects(async () => authenticate(requestWith(`Bearer ${key}`)), { code: 'unauthenticated' })
})
