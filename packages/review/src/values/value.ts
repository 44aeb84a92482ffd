/**
 * What an expression is, as far as the code tells. The heart is the outside value: a thing that came from a package, told as a key such as
 * `pg:Pool.new.query` (package, colon, the way to it: members by name, `()` a call, `.new` a construction, `[]` an element). Awaiting
 * does not change a value: a promise of a thing and the thing have one key.
 */
import type { Class, FunctionNode, Node } from '../syntax/nodes.js'
import type { Module } from '../modules/module.js'

export interface Outside {
  readonly kind: 'outside'
  readonly key: string
  /** The value that this one was reached from: `pg:Pool.new` of `pg:Pool.new.query`. */
  readonly from?: Outside
  /** Where it was made: the call, construction, member access, decorated parameter or type. */
  readonly site?: Node
  /** Set where it is the handle of a transaction: the callback that the transaction was given. */
  readonly transaction?: Node
}

export type Value =
  | Outside
  | { readonly kind: 'function'; readonly node: FunctionNode }
  | { readonly kind: 'class'; readonly node: Class }
  | { readonly kind: 'instance'; readonly node: Class }
  | { readonly kind: 'object'; readonly node: Extract<Node, { type: 'ObjectExpression' }> }
  | { readonly kind: 'array'; readonly node: Extract<Node, { type: 'ArrayExpression' }> }
  | { readonly kind: 'enum'; readonly node: Extract<Node, { type: 'TSEnumDeclaration' }> }
  | { readonly kind: 'namespace'; readonly module: Module }
  /** Something of a type written in this code: an interface, a type literal, an array or function type. */
  | { readonly kind: 'shape'; readonly node: Node }
  | { readonly kind: 'constant'; readonly value: string | number | boolean | null }

const KEY_LENGTH_MAX = 160

/** Adds one step to an outside value, under the name that the catalogue knows it by. */
export function extend(
  value: Outside,
  step: string,
  site: Node,
  canonical: (key: string) => string,
): Outside | undefined {
  // A package's default export is the package: that is how both module systems see it in practice.
  const whole = value.key.endsWith(':')
  if (step === 'default' && whole) return value
  const joined = step === '()' || step === '[]' || whole ? value.key + step : `${value.key}.${step}`
  if (joined.length > KEY_LENGTH_MAX) return undefined
  return { kind: 'outside', key: canonical(joined), from: value, site, transaction: value.transaction }
}

/** The package part of a key. */
export function packageOf(key: string): string {
  return key.slice(0, key.indexOf(':'))
}

/** Two values that say the same. */
function sameValue(a: Value, b: Value): boolean {
  if (a.kind === 'outside')
    return b.kind === 'outside' && a.key === b.key && a.site === b.site && a.transaction === b.transaction
  if (a.kind === 'constant') return b.kind === 'constant' && a.value === b.value
  if (a.kind === 'namespace') return b.kind === 'namespace' && a.module === b.module
  return a.kind === b.kind && a.node === (b as { node: Node }).node
}

const VALUES_MAX = 24

/** Without repetitions, and bounded: code that could be two dozen things is not known. */
export function distinct(values: readonly Value[]): readonly Value[] {
  if (values.length < 2) return values
  const kept: Value[] = []
  for (const value of values) {
    if (kept.length >= VALUES_MAX) break
    if (!kept.some((known) => sameValue(known, value))) kept.push(value)
  }
  return kept
}

/** A key pattern of the catalogue: `*` stands for one step that is a name, `**` for any steps; package patterns may hold `*`. */
export function keyPattern(pattern: string): RegExp {
  let known = patterns.get(pattern)
  if (!known) {
    const source = pattern
      .split(/(\*\*|\*)/)
      .map(patternPart)
      .join('')
    patterns.set(pattern, (known = new RegExp(`^${source}$`)))
  }
  return known
}

const patterns = new Map<string, RegExp>()

function patternPart(part: string): string {
  if (part === '**') return '.*'
  return part === '*' ? '[^.:()[\\]]+' : part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')
}
