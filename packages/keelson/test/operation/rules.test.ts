import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KeelsonError } from '../../src/errors.js'
import {
  admit,
  all,
  any,
  authorise,
  hidden,
  not,
  requireScope,
  scope,
  signedIn,
  type Allow,
} from '../../src/operation/access.js'
import type { Actor } from '../../src/operation/actor.js'
import { problemsOf } from '../../src/operation/checks.js'
import { command } from '../../src/operation/command.js'
import { module } from '../../src/operation/module.js'

const actor: Actor = { id: 'a', scopes: ['read'] }
const yes = () => true
const no = () => false
const later = (verdict: boolean) => async (): Promise<boolean> => Promise.resolve(verdict)

/** `yes`, or the code of the refusal; and whether it was known before the input was. */
async function verdictOn(rule: Allow<unknown>, caller: Actor | null = actor): Promise<string> {
  try {
    admit(rule, caller)
  } catch (error) {
    return `early ${(error as KeelsonError).code}`
  }
  try {
    await authorise(rule, caller, 'input')
    return 'yes'
  } catch (error) {
    return (error as KeelsonError).code
  }
}

test('rules combine', async () => {
  const cases: readonly (readonly [string, Allow<unknown>])[] = [
    ['yes', all(signedIn, scope('read'), yes)],
    ['early scope_required', all(yes, scope('write'))],
    ['forbidden', all(scope('read'), later(true), later(false))],
    ['yes', any(scope('write'), later(false), yes)],
    ['forbidden', any(scope('write'), no)],
    ['early forbidden', any(scope('write'), scope('admin'))],
    ['early scope_required', any(scope('write'))],
    ['yes', not(scope('write'))],
    ['early forbidden', not(scope('read'))],
    ['yes', not(later(false))],
    ['forbidden', not(yes)],
    ['yes', all(any(scope('write'), yes), not(all(scope('read'), no)))],
    ['early not_found', hidden(scope('write'))],
    ['not_found', hidden(no)],
    ['not_found', hidden(later(false))],
    ['yes', hidden(all(scope('read'), yes))],
    ['not_found', any(hidden(no))],
  ]
  for (const [verdict, rule] of cases) {
    assert.equal(await verdictOn(rule), verdict, JSON.stringify(rule))
    assert.equal(
      await verdictOn(rule, null),
      'early unauthenticated',
      'nobody is let in who is not signed in',
    )
  }
})

test('what is no clear yes or no refuses, whatever is made of it', async () => {
  const odd = (() => undefined) as never
  for (const rule of [odd, not(odd), not(not(odd)), any(odd, yes), not(all(odd, yes))])
    assert.equal(await verdictOn(rule), 'forbidden')
  assert.equal(await verdictOn(hidden(not(odd))), 'not_found')
})

test('what a predicate throws is the answer; hidden conceals refusals alone', async () => {
  const needs = (who: Actor): boolean => {
    requireScope(who, 'write')
    return true
  }
  const broken = (): boolean => {
    throw new Error('broken')
  }
  assert.equal(await verdictOn(needs), 'scope_required')
  assert.equal(await verdictOn(hidden(needs)), 'not_found')
  assert.equal(await verdictOn(hidden(async (who: Actor) => Promise.resolve(needs(who)))), 'not_found')
  for (const rule of [broken, not(broken), hidden(broken), any(broken, yes)])
    assert.throws(() => authorise(rule, actor, 1), /broken/)
})

test('any asks no further than it must', async () => {
  let asked = 0
  const counted = () => {
    asked++
    return true
  }
  assert.equal(await verdictOn(any(scope('read'), counted)), 'yes')
  assert.equal(asked, 0)
})

test('a combination is a predicate as well', async () => {
  const rule = all(scope('read'), (who: Actor, input: string) => input === who.id)
  assert.equal(await rule(actor, 'a'), true)
  assert.equal(await rule(actor, 'b'), false)
})

test('a rule of no rules, and one that others cannot be made of, are refused at the start', () => {
  const empty = command('empty', { allow: all(), run: () => undefined })
  const open = command('open', {
    allow: any({ kind: 'anyone' } as never, signedIn),
    run: () => undefined,
  })
  const problems = problemsOf({
    modules: [module('m', { empty, open })],
    prefix: '',
    reserved: [],
    elsewhere: new Set(),
  })
  assert.equal(problems.length, 2)
  assert.match(problems[0]!, /`empty`.*names no rule/)
  assert.match(problems[1]!, /`open`.*`anyone` stands alone/)
})
