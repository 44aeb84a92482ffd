import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Ranking } from '../src/ranking.js'
import { diagnose, search } from '../src/index.js'

const texts = [
  'retries make an overload worse',
  'rows are locked in the order of keys',
  'two keys for one lock',
]
const ranking = new Ranking(texts, (text) => [{ text, weight: 1 }])

test('the rarer word decides, whatever its form', () => {
  assert.equal(ranking.rank('locking of rows', 3)[0]?.found, texts[1])
  assert.equal(ranking.rank('a retry under load', 3)[0]?.found, texts[0])
})

test('words that no document holds find nothing', () => {
  assert.deepEqual(ranking.rank('giraffe', 3), [])
  assert.deepEqual(search('xyzzy plugh'), [])
  assert.deepEqual(diagnose(''), [])
})

test('equal documents keep their order, and at most as many come as were asked for', () => {
  const same = new Ranking(['one', 'two', 'three'], () => [{ text: 'same', weight: 1 }])
  assert.deepEqual(
    same.rank('same', 2).map(({ found }) => found),
    ['one', 'two'],
  )
})
