import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressMatcher, isAddressOrNetwork } from '../../src/internal/address-list.js'

test('addresses and networks are told from other texts', () => {
  for (const text of [
    '10.0.0.7',
    '10.0.0.0/8',
    '0.0.0.0/0',
    '::1',
    '2001:db8::/32',
    '::/0',
    '::ffff:1.2.3.4',
  ])
    assert.ok(isAddressOrNetwork(text), text)
  for (const text of [
    '',
    '10.0.0',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '::/129',
    'host',
    '10.0.0.0/-1',
    '/8',
  ])
    assert.equal(isAddressOrNetwork(text), false, text)
})

test('an empty list holds nothing, and no list what is no address', () => {
  assert.equal(addressMatcher([])('10.0.0.1'), false)
  const all = addressMatcher(['0.0.0.0/0', '::/0'])
  assert.deepEqual([all('1.2.3.4'), all('::2'), all(undefined), all('x')], [true, true, false, false])
})
