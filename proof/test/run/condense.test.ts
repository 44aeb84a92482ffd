/** Many findings of one kind become a few, none of another kind gets lost. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { condensed } from '../../src/run/condense.js'
import { finding } from '../support/fake-parts.js'

test('Three of a kind are kept, the first counts the others', () => {
  const many = Array.from({ length: 50 }, (_, place) => finding('lost-effect', `Number ${place}.`))
  const kept = condensed([...many.slice(0, 25), finding('G2', 'A cycle.'), ...many.slice(25)])
  assert.deepEqual(
    kept.map(({ message }) => message),
    ['Number 0. (and 47 more of this kind that are not shown)', 'Number 1.', 'Number 2.', 'A cycle.'],
  )
})

test('A few stay as they are', () => {
  const few = [finding('G0'), finding('G0'), finding('G1a')]
  assert.deepEqual(condensed(few), few)
})
