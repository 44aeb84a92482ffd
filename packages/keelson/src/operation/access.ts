/**
 * Who may use an operation. Every operation says it: `anyone`, `signedIn`, `scope('…')`, or a function of the caller
 * and the input. The parts that need no input are settled before the input is looked at.
 */
import { KeelsonError } from '../errors.js'
import { hasScope, type Actor } from './actor.js'

export interface Anyone {
  readonly kind: 'anyone'
}
export interface SignedIn {
  readonly kind: 'signedIn'
}
export interface Scope {
  readonly kind: 'scope'
  readonly scope: string
}

export type AccessRule = Anyone | SignedIn | Scope

/** Decides by caller and input; the caller is signed in. `false` answers 403. */
export type Predicate<V> = (actor: Actor, input: V) => boolean | Promise<boolean>

export type Allow<V> = AccessRule | Predicate<V>

/** Public: no key is needed. A key that is sent must be valid all the same; `actor` is null without one. */
export const anyone: Anyone = Object.freeze({ kind: 'anyone' })

/** Any caller with a valid key. */
export const signedIn: SignedIn = Object.freeze({ kind: 'signedIn' })

/** A caller whose key holds this scope; others get 403 `scope_required`. */
export const scope = (name: string): Scope => Object.freeze({ kind: 'scope', scope: name })

/** What `actor` is in a handler under this rule. */
export type ActorUnder<A> = [A] extends [Anyone] ? Actor | null : Actor

/** Throws `unauthenticated` or `scope_required`; leaves a predicate for when the input is known. */
export function admit(allow: Allow<never>, actor: Actor | null): void {
  if (typeof allow === 'object' && allow.kind === 'anyone') return
  if (actor === null) throw new KeelsonError('unauthenticated')
  if (typeof allow === 'object' && allow.kind === 'scope') requireScope(actor, allow.scope)
}

/** Throws `scope_required` where the caller lacks the scope. */
export function requireScope(actor: Actor, name: string): void {
  if (hasScope(actor, name)) return
  throw new KeelsonError('scope_required', {
    message: `This needs the scope \`${name}\`.`,
    details: { scope: name },
  })
}

/** Throws `forbidden` where a predicate says no. Only a promise where the predicate gives one. */
export function authorise(allow: Allow<never>, actor: Actor | null, input: unknown): void | Promise<void> {
  if (typeof allow !== 'function') return
  const verdict = (allow as Predicate<unknown>)(actor as Actor, input)
  if (verdict instanceof Promise) return verdict.then(insist)
  insist(verdict)
}

function insist(allowed: unknown): void {
  // A predicate without types may give anything: only true is a yes.
  if (allowed !== true) throw new KeelsonError('forbidden')
}
