/**
 * How rules of access are judged: a verdict is `true` or the error that refuses. Predicates that are no clear yes refuse,
 * also beneath `not`: a mistake in a rule never opens a door.
 */
import { KeelsonError } from '../errors.js'
import { hasScope, type Actor } from './actor.js'

export interface SignedIn {
  readonly kind: 'signedIn'
}
export interface Scope {
  readonly kind: 'scope'
  readonly scope: string
}

/** Decides by caller and input; the caller is signed in. `false` answers 403; what is no boolean refuses as well. */
export type Predicate<V> = (actor: Actor, input: V) => boolean | Promise<boolean>

/** What rules are combined of. */
export type Rule<V> = SignedIn | Scope | Predicate<V>

export interface Combined<V> extends Predicate<V> {
  readonly kind: 'all' | 'any' | 'not' | 'hidden'
  readonly rules: readonly Rule<V>[]
}

type Verdict = true | KeelsonError

export const isCombined = <V>(rule: unknown): rule is Combined<V> =>
  typeof rule === 'function' && 'kind' in rule && 'rules' in rule

/** The verdict as far as it does not depend on the input; undefined where it does. */
export function settle(rule: Rule<never>, actor: Actor): Verdict | undefined {
  if (typeof rule === 'object') return ofCaller(rule, actor)
  if (!isCombined<never>(rule)) return undefined
  const verdicts = rule.rules.map((each) => settle(each, actor))
  switch (rule.kind) {
    case 'all':
      return (
        verdicts.find((verdict) => verdict instanceof KeelsonError) ??
        (verdicts.includes(undefined) ? undefined : true)
      )
    case 'any':
      if (verdicts.includes(true)) return true
      return verdicts.includes(undefined) ? undefined : refusalOfAny(verdicts)
    case 'not':
      return verdicts[0] === undefined ? undefined : opposite(verdicts[0])
    case 'hidden':
      return verdicts[0] === undefined ? undefined : concealed(verdicts[0])
  }
}

/** The verdict on caller and input. Only a promise where a predicate gives one. Throws what predicates throw. */
export function decide<V>(rule: Rule<V>, actor: Actor, input: V): Verdict | Promise<Verdict> {
  if (typeof rule === 'object') return ofCaller(rule, actor)
  if (!isCombined<V>(rule)) return ofPredicate(rule, actor, input)
  switch (rule.kind) {
    case 'all':
      return decideAll(rule.rules, actor, input, 0)
    case 'any':
      return decideAny(rule.rules, actor, input, [])
    case 'not':
      return then(decide(rule.rules[0]!, actor, input), opposite)
    case 'hidden':
      return decideHidden(rule.rules[0]!, actor, input)
  }
}

function ofCaller(rule: SignedIn | Scope, actor: Actor): Verdict {
  if (rule.kind === 'signedIn') return true
  return hasScope(actor, rule.scope) ? true : scopeRequired(rule.scope)
}

function ofPredicate<V>(rule: Predicate<V>, actor: Actor, input: V): Verdict | Promise<Verdict> {
  return then(rule(actor, input), (allowed: unknown) => {
    if (allowed === true) return true
    // A predicate without types may give anything. Thrown, so that no rule around it can make a yes of it.
    if (allowed !== false) throw new KeelsonError('forbidden')
    return new KeelsonError('forbidden')
  })
}

function decideAll<V>(
  rules: readonly Rule<V>[],
  actor: Actor,
  input: V,
  from: number,
): Verdict | Promise<Verdict> {
  for (let at = from; at < rules.length; at++) {
    const verdict = decide(rules[at]!, actor, input)
    if (verdict instanceof Promise)
      return verdict.then((known) => (known === true ? decideAll(rules, actor, input, at + 1) : known))
    if (verdict !== true) return verdict
  }
  return true
}

function decideAny<V>(
  rules: readonly Rule<V>[],
  actor: Actor,
  input: V,
  refusals: readonly Verdict[],
): Verdict | Promise<Verdict> {
  if (refusals.length === rules.length) return refusalOfAny(refusals)
  return then(decide(rules[refusals.length]!, actor, input), (verdict) =>
    verdict === true ? true : decideAny(rules, actor, input, [...refusals, verdict]),
  )
}

function decideHidden<V>(rule: Rule<V>, actor: Actor, input: V): Verdict | Promise<Verdict> {
  try {
    const verdict = decide(rule, actor, input)
    return verdict instanceof Promise ? verdict.then(concealed, concealThrown) : concealed(verdict)
  } catch (error) {
    return concealThrown(error)
  }
}

/** `requireScope` in a predicate is a refusal too; what went wrong otherwise is told as it is. */
function concealThrown(error: unknown): Verdict {
  if (error instanceof KeelsonError && error.status === 403) return concealed(error)
  throw error
}

export const scopeRequired = (name: string): KeelsonError =>
  new KeelsonError('scope_required', {
    message: `This needs the scope \`${name}\`.`,
    details: { scope: name },
  })

const opposite = (verdict: Verdict): Verdict => (verdict === true ? new KeelsonError('forbidden') : true)

const concealed = (verdict: Verdict): Verdict => (verdict === true ? true : new KeelsonError('not_found'))

/** One rule's reason would mislead where another would have done. */
const refusalOfAny = (refusals: readonly (Verdict | undefined)[]): KeelsonError =>
  refusals.length === 1 && refusals[0] instanceof KeelsonError ? refusals[0] : new KeelsonError('forbidden')

/** At once where the value is here already. */
const then = <T, R>(value: T | Promise<T>, use: (value: T) => R | Promise<R>): R | Promise<R> =>
  value instanceof Promise ? value.then(use) : use(value)
