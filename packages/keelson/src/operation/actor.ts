/** Who is calling: what authentication found, and what `allow` and handlers see. */

/**
 * The caller. Fields of one's own are added by declaration merging:
 * `declare module 'keelson' { interface Actor { readonly tenant: string } }`.
 */
export interface Actor {
  /** Stable identity; a part of what an Idempotency-Key is bound to. */
  readonly id: string
  /** What the caller may do, as words such as `catalogue:write`. `*` stands for all of them. */
  readonly scopes: readonly string[]
}

/** Whether the caller holds a scope. */
export const hasScope = (actor: Actor, scope: string): boolean =>
  actor.scopes.includes(scope) || actor.scopes.includes('*')
