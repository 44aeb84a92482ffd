/**
 * Who may use an operation. Every operation says it: `anyone`, `signedIn`, `scope('…')`, a function of the caller and the
 * input, or what `all`, `any`, `not` and `hidden` make of these. What needs no input is settled before the input is looked
 * at. Nobody but `anyone` lets in a caller who is not signed in.
 */
import { KeelsonError } from '../errors.js'
import { hasScope, type Actor } from './actor.js'
import {
  decide,
  scopeRequired,
  settle,
  type Combined,
  type Predicate,
  type Rule,
  type Scope,
  type SignedIn,
} from './rules.js'

export interface Anyone {
  readonly kind: 'anyone'
}
export type AccessRule = Anyone | SignedIn | Scope

export type Allow<V> = AccessRule | Predicate<V>

/** Public: no key is needed. A key that is sent must be valid all the same; `actor` is null without one. */
export const anyone: Anyone = Object.freeze({ kind: 'anyone' })

/** Any caller with a valid key. */
export const signedIn: SignedIn = Object.freeze({ kind: 'signedIn' })

/** A caller whose key holds this scope; others get 403 `scope_required`. */
export const scope = (name: string): Scope => Object.freeze({ kind: 'scope', scope: name })

/** Whom each of the rules lets in. */
export const all = <V>(...rules: readonly Rule<V>[]): Combined<V> => combined('all', rules)

/** Whom at least one of the rules lets in; asked in their order, until one says yes. */
export const any = <V>(...rules: readonly Rule<V>[]): Combined<V> => combined('any', rules)

/** A signed-in caller whom the rule does not let in. */
export const not = <V>(rule: Rule<V>): Combined<V> => combined('not', [rule])

/**
 * As the rule; but callers whom it refuses get the 404 of things that do not exist instead of a 403, for what must not be
 * known to exist. Callers who are not signed in get 401, whatever they ask for.
 */
export const hidden = <V>(rule: Rule<V>): Combined<V> => combined('hidden', [rule])

/** A function like any other predicate, so that its input has a type; what it is made of stands beside. */
function combined<V>(kind: Combined<V>['kind'], rules: readonly Rule<V>[]): Combined<V> {
  const decides = async (actor: Actor, input: V): Promise<boolean> =>
    (await decide(made, actor, input)) === true
  const made: Combined<V> = Object.freeze(Object.assign(decides, { kind, rules: Object.freeze([...rules]) }))
  return made
}

/** What `actor` is in a handler under this rule. */
export type ActorUnder<A> = [A] extends [Anyone] ? Actor | null : Actor

/**
 * Throws `unauthenticated`, `scope_required`, `forbidden` or `not_found` where that is certain whatever the input; leaves
 * the rest for when the input is known.
 */
export function admit(allow: Allow<never>, actor: Actor | null): void {
  if (typeof allow === 'object' && allow.kind === 'anyone') return
  if (actor === null) throw new KeelsonError('unauthenticated')
  const verdict = settle(allow, actor)
  if (verdict instanceof KeelsonError) throw verdict
}

/** Throws `scope_required` where the caller lacks the scope. */
export function requireScope(actor: Actor, name: string): void {
  if (!hasScope(actor, name)) throw scopeRequired(name)
}

/** Throws what `admit` throws where the rule says no. Only a promise where a predicate gives one. */
export function authorise(allow: Allow<never>, actor: Actor | null, input: unknown): void | Promise<void> {
  if (typeof allow !== 'function') return
  const verdict = decide(allow as Rule<unknown>, actor as Actor, input)
  if (verdict instanceof Promise) return verdict.then(insist)
  insist(verdict)
}

function insist(verdict: true | KeelsonError): void {
  if (verdict !== true) throw verdict
}
