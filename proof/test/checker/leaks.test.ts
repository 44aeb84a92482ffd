import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ERRORS } from 'keelson'
import { checkLeaks, leakIn } from '../../src/checker/leaks.js'
import { ok, operation, unknown } from './operations.js'

const LEAKS: readonly (readonly [what: string, text: string])[] = [
  ['a stack', String(new Error('x').stack)],
  ['a stack', JSON.stringify({ detail: new Error('x').stack })],
  ['a stack', '{"detail":"Error: x at run (/srv/app/dist/main.js:10:7)"}'],
  ['a stack', '{"detail":"Cannot find module in node_modules/pg"}'],
  ['SQL', '{"detail":"select \\"id\\", \\"name\\"\\n from \\"accounts\\" where id = any($1::uuid[])"}'],
  ['SQL', '{"detail":"insert into accounts (id) values ($1)"}'],
  ['SQL', '{"detail":"update \\"accounts\\" set balance = 1"}'],
  ['SQL', '{"detail":"delete from accounts"}'],
  [
    'a text of the database',
    '{"detail":"duplicate key value violates unique constraint \\"accounts_pkey\\""}',
  ],
  [
    'a text of the database',
    '{"detail":"new row for relation \\"a\\" violates check constraint \\"a_check\\""}',
  ],
  ['a text of the database', '{"detail":"deadlock detected"}'],
  ['a text of the database', '{"detail":"could not serialize access due to concurrent update"}'],
  ['a text of the database', '{"detail":"canceling statement due to lock timeout"}'],
  ['a text of the database', '{"detail":"terminating connection due to administrator command"}'],
  ['a text of the database', '{"detail":"relation \\"accounts\\" does not exist"}'],
  ['a text of the database', '{"detail":"the database system is in recovery mode"}'],
  [
    'a text of the database',
    '{"detail":"remaining connection slots are reserved for roles with privileges"}',
  ],
  [
    'a text of the database',
    '{"detail":"could not extend file \\"base/5/16384\\": No space left on device"}',
  ],
  ['an error of the network', '{"detail":"connect ECONNREFUSED 127.0.0.1:5432"}'],
  ["a name of Keelson's own tables", '{"detail":"keelson.idempotency"}'],
]

for (const [what, text] of LEAKS) {
  test(`${what} is found: ${text.slice(0, 50).replaceAll('\n', ' ')}`, () => assert.equal(leakIn(text), what))
}

test('what Keelson says of its own errors shows nothing', () => {
  for (const { title, action } of Object.values(ERRORS)) {
    assert.equal(leakIn(JSON.stringify({ title, detail: action })), undefined, title)
  }
})

test('ordinary answers show nothing', () => {
  for (const body of [
    '',
    '{"id":"0193","balance":"10.00","lines":[{"sku":"tea","count":2}]}',
    '{"code":"account_does_not_exist","detail":"There is no account 7 to take it from."}',
    '{"name":"select","note":"Update your address at once, then choose from the list."}',
  ])
    assert.equal(leakIn(body), undefined, body)
})

test('bodies of every answer are looked at, and what the client itself says is not', () => {
  const history = [
    operation(ok('{"a":"deadlock detected"}')),
    operation(unknown('connect ECONNREFUSED 127.0.0.1:3000')),
    operation(unknown('500 {"detail":"deadlock detected"}'), { workload: 'orders' }),
  ]
  assert.deepEqual(
    checkLeaks(history).map(({ anomaly, workload }) => [anomaly, workload]),
    [
      ['leaked', 'transfers'],
      ['leaked', 'orders'],
    ],
  )
})
