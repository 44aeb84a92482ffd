/** What the document says about callers is what they meet. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import * as z from 'zod'
import { all, any, hidden, not, scope, signedIn, type Allow } from '../../src/operation/access.js'
import { command } from '../../src/operation/command.js'
import { notFound } from '../../src/operation/declared-errors.js'
import { module } from '../../src/operation/module.js'
import { startApp, type TestApp } from '../support/app.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'

type Input = { own: boolean }

const doing = (name: string, allow: Allow<Input>, errors = {}) =>
  command(name, {
    http: { post: `/${name}` },
    input: z.object({ own: z.boolean() }),
    allow,
    errors,
    run: () => undefined,
  })

const own = (_actor: unknown, input: Input): boolean => input.own

const OPERATIONS = {
  nested: doing('nested', all(scope('a'), any(scope('b'), own))),
  secret: doing('secret', hidden(all(scope('a'), own))),
  partly: doing('partly', all(scope('a'), hidden(own))),
  strangers: doing('strangers', all(signedIn, not(scope('a')))),
  declared: doing('declared', hidden(scope('a')), { notFound: notFound('No such thing.') }),
}

let database: TestDatabase
let app: TestApp
before(async () => {
  database = await createTestDatabase('')
  app = await startApp(database.url, { modules: [module('doing', OPERATIONS)], http: {} })
})
after(async () => {
  await app.server.close()
  await database.drop()
})

interface Described {
  readonly description: string
  readonly 'x-scopes'?: readonly string[]
  readonly responses: Readonly<Record<string, { readonly description: string }>>
}
const described = (name: string): Described =>
  app.server.openapi.paths[`/${name}`]!['post'] as unknown as Described

test('scopes are told however rules combine them, and how they are combined', () => {
  assert.deepEqual(described('nested')['x-scopes'], ['a', 'b'])
  assert.match(
    described('nested').description,
    /a key with the scope `a` and \(the scope `b` or what the operation asks of caller and input\)\./,
  )
  assert.deepEqual(described('secret')['x-scopes'], ['a'])
  assert.match(described('secret').description, /as if there were nothing there \(404\)/)
  // A scope that keeps callers out is none to ask for.
  assert.equal(described('strangers')['x-scopes'], undefined)
  assert.match(described('strangers').description, /any scopes and anything but the scope `a`/)
})

test('whoever is refused meets an error that the document names', async () => {
  const keys = new Map<string, string>()
  for (const scopes of [[], ['a'], ['b'], ['a', 'b']])
    keys.set(scopes.join(), (await app.server.keys.create({ owner: crypto.randomUUID(), scopes })).key)
  const met = new Set<string>()
  for (const name of Object.keys(OPERATIONS))
    for (const key of keys.values())
      for (const isOwn of [true, false]) {
        const { statusCode, body } = await app.server.inject({
          method: 'POST',
          url: `/${name}`,
          headers: { authorization: `Bearer ${key}` },
          payload: { own: isOwn },
        })
        if (statusCode === 204) continue
        const { code } = JSON.parse(body) as { code: string }
        assert.ok(
          described(name).responses[statusCode]?.description.includes(`\`${code}\``),
          `${name}: ${code}`,
        )
        met.add(`${name} ${code}`)
      }
  assert.deepEqual([...met].toSorted(), [
    'declared not_found',
    'nested forbidden',
    'nested scope_required',
    'partly not_found',
    'partly scope_required',
    'secret not_found',
    'strangers forbidden',
  ])
})
