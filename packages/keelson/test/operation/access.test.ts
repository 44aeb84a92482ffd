import assert from 'node:assert/strict'
import { test } from 'node:test'
import { admit, anyone, authorise, scope, signedIn } from '../../src/operation/access.js'
import { hasScope, type Actor } from '../../src/operation/actor.js'

const actor: Actor = { id: 'a', scopes: ['items:read'] }

test('anyone lets everybody in, signedIn those who are known', () => {
  admit(anyone, null)
  admit(signedIn, actor)
  assert.throws(() => admit(signedIn, null), { code: 'unauthenticated' })
  assert.throws(() => admit(() => true, null), { code: 'unauthenticated' })
})

test('a scope must be held; the star stands for all of them', () => {
  admit(scope('items:read'), actor)
  admit(scope('items:write'), { id: 'b', scopes: ['*'] })
  assert.throws(() => admit(scope('items:write'), actor), {
    code: 'scope_required',
    details: { scope: 'items:write' },
  })
  assert.equal(hasScope(actor, 'items:write'), false)
})

test('a predicate must say true, at once or later', async () => {
  assert.equal(
    authorise(() => true, actor, 1),
    undefined,
  )
  assert.throws(() => authorise(() => false, actor, 1), { code: 'forbidden' })
  await authorise(async () => Promise.resolve(true), actor, 1)
  await assert.rejects(async () => authorise(async () => Promise.resolve(false), actor, 1), {
    code: 'forbidden',
  })
  // @ts-expect-error -- a program without types may return anything
  assert.throws(() => authorise(() => 'yes', actor, 1), { code: 'forbidden' })
})
