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

const DIAGNOSES: Readonly<Record<string, string>> = {
  'customers were charged twice after a timeout': 'missing-idempotency',
  'memory grows until the process is killed': 'unbounded-memory',
  'users are logged out at random when they have two tabs open': 'refresh-token-race',
  'everything hangs after we ran a migration adding a column': 'lock-queue-behind-ddl',
  'jobs disappear when we deploy': 'job-lost-at-deploy',
  'stock goes below zero during sales': 'race-between-check-and-act',
  'timeouts acquiring a connection from the pool': 'connection-pool-exhaustion',
  'totals are off by a cent': 'money-in-floats',
  'database overloaded right after the cache entry expires': 'cache-stampede',
  'password guessing on login': 'sign-in-without-limit',
}

for (const [symptoms, id] of Object.entries(DIAGNOSES)) {
  test(`"${symptoms}" leads to ${id}, with checks that confirm it`, () => {
    const [first] = diagnose(symptoms)
    assert.equal(first?.edge.id, id)
    assert.ok(first.confirm.length > 0)
  })
}

test('patterns are found by what one wants to do', () => {
  const best = (query: string) => search(query, { kind: 'pattern' })[0]?.found.id
  assert.equal(best('zero downtime column rename'), 'expand-and-contract')
  assert.equal(best('verify signature of incoming events'), 'webhooks')
  assert.equal(best('dead jobs'), 'dead-letter-queue')
  assert.equal(best('pagination'), 'cursor-pagination')
})
