import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as z from 'zod'
import { event } from '../../src/events/event.js'
import { anyone, signedIn } from '../../src/operation/access.js'
import { problemsOf } from '../../src/operation/checks.js'
import { command } from '../../src/operation/command.js'
import { conflict } from '../../src/operation/declared-errors.js'
import type { Operation } from '../../src/operation/definition.js'
import { module, type Module } from '../../src/operation/module.js'
import { query } from '../../src/operation/query.js'

/** All operations of this file but those under test count as another application's. */
const declaredHere: Operation[] = []
const note = <T extends Operation>(operation: T): T => {
  declaredHere.push(operation)
  return operation
}
const check = (modules: readonly Module[], elsewhere: readonly Operation[] = declaredHere): string[] =>
  problemsOf({ modules, prefix: '/v1', reserved: ['/docs'], elsewhere: new Set(elsewhere) })

const run = (): void => undefined
const one = (name: string, path: string): Operation =>
  note(command(name, { http: { post: path }, allow: signedIn, run }))

test('a right application has no problems', () => {
  const get = note(
    query('right.get', {
      http: { get: '/things/:id' },
      input: z.object({ id: z.string() }),
      output: z.object({}),
      allow: anyone,
      run: () => ({}),
    }),
  )
  assert.deepEqual(check([module('right', { get, put: one('right.put', '/things') })]), [])
})

test('two operations on one route are named, whatever their parameters are called', () => {
  const input = z.object({ id: z.string(), key: z.string() })
  const a = note(command('route.a', { http: { put: '/x/:id' }, input, allow: signedIn, run }))
  const b = note(command('route.b', { http: { put: '/x/:key' }, input, allow: signedIn, run }))
  const [problem, ...others] = check([module('m', { a, b })])
  assert.match(problem!, /PUT \/v1\/x\/:key is served by `route\.a` and by `route\.b`/)
  assert.deepEqual(others, [])
})

test('two operations of one name, one operation listed twice, and two modules of one name are told apart', () => {
  const a = one('same', '/a')
  const b = one('same', '/b')
  assert.match(check([module('m', { a, b })])[0]!, /Two operations are called `same`/)
  assert.match(check([module('m', { a }), module('n', { a })])[0]!, /`same` is listed twice/)
  assert.match(check([module('m', {}), module('m', {})])[0]!, /Two modules are called `m`/)
})

test('a missing allow says what to write', () => {
  // @ts-expect-error -- `allow` is missing
  const open = note(command('open', { run }))
  assert.match(
    check([module('m', { open })])[0]!,
    /`open` does not say who may use it: add `allow: signedIn`/,
  )
})

test('a parameter of the path that the input lacks is named', () => {
  const a = note(
    command('lacks.a', {
      http: { post: '/x/:id' },
      input: z.object({ other: z.string() }),
      allow: signedIn,
      run,
    }),
  )
  const b = note(command('lacks.b', { http: { post: '/y/:id' }, allow: signedIn, run }))
  const problems = check([module('m', { a, b })])
  assert.match(problems[0]!, /the path has `:id`, which `input` lacks/)
  assert.equal(problems.length, 2)
})

test('an operation that no module lists is named, with its line', () => {
  const listed = command('listed', { allow: signedIn, run })
  const forgotten = command('forgotten', { allow: signedIn, run })
  const [problem, ...others] = check([module('m', { listed })])
  assert.match(
    problem!,
    /`forgotten` \(line \d+\) is declared beside others that are listed, but no module lists it/,
  )
  assert.deepEqual(others, [])
  assert.deepEqual(check([module('m', { listed })], [...declaredHere, forgotten]), [])
  declaredHere.push(listed, forgotten)
})

test('everything wrong is told at once', () => {
  const a = note(
    command('2 wrong', {
      http: { post: 'orders' },
      allow: signedIn,
      timeoutMs: 0,
      errors: { taken: conflict('Taken.', z.object({ status: z.int() })), Taken: conflict('Taken.') },
      run,
    }),
  )
  const e = event('e', { version: 1, key: () => '', payload: z.object({}) })
  const f = event('e', { version: 1, key: () => '', payload: z.object({}) })
  const problems = check([module('m', { a, e, f })])
  assert.deepEqual(
    new Set(
      problems.map(
        (problem) => /no name|no path|timeoutMs|twice|a field `status`|Two events/.exec(problem)?.[0],
      ),
    ),
    new Set(['Two events', 'a field `status`', 'no name', 'no path', 'timeoutMs', 'twice']),
  )
})

test('the paths that the server itself serves are taken', () => {
  const docs = note(
    query('docs', { http: { get: '/docs' }, output: z.object({}), allow: anyone, run: () => ({}) }),
  )
  const modules = [module('m', { docs })]
  const problems = problemsOf({ modules, prefix: '', reserved: ['/docs'], elsewhere: new Set(declaredHere) })
  assert.match(problems[0]!, /GET \/docs is served by Keelson itself and by `docs`/)
})
