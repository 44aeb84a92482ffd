/** What a call of a database is, and what the readers of single clients share: chains of builders, options, names of tables, texts. */
import type { Program } from '../../program.js'
import {
  argumentAt,
  calleeOf,
  memberName,
  propertyOf,
  unwrap,
  type CallNode,
  type Node,
} from '../../syntax/nodes.js'
import { constantOf } from '../../values/constants.js'
import type { Outside } from '../../values/value.js'
import { readSqlText, type DatabaseKind } from '../sql-text.js'

export type Library =
  | 'pg'
  | 'postgres'
  | 'prisma'
  | 'drizzle'
  | 'knex'
  | 'typeorm'
  | 'mysql2'
  | 'mongoose'
  | 'kysely'
  | 'sequelize'

/** A link of a builder's chain, from the client on: `from(users)` of `db.select().from(users)`. */
export interface ChainStep {
  readonly name: string
  readonly call: CallNode
}

export interface DatabaseCall {
  readonly call: CallNode
  readonly library: Library
  /** `raw`: text whose statement is not known. */
  readonly kind: DatabaseKind
  /** Which method: `findMany`, `query`, `$transaction`. */
  readonly method: string
  /** Model, table or entity, as far as it is written. */
  readonly table?: string
  /** The SQL text, where the call takes one. */
  readonly sql?: Node
  /** Whether the number of rows is bounded: a limit, `take`, `first`. */
  readonly hasLimit: boolean
  readonly hasWhere: boolean
  /** The callback of the transaction whose handle runs it. */
  readonly transaction?: Node
  readonly chain: readonly ChainStep[]
}

export function fromText(
  program: Program,
  base: Pick<DatabaseCall, 'call' | 'library' | 'method' | 'sql' | 'transaction' | 'chain'>,
): DatabaseCall {
  return { ...base, ...readSqlText(base.sql && sqlTextOf(program, base.sql)) }
}

/** Whether a key leads into the rows that a call gave, and is no step of a builder. */
export function isInRows(key: string): boolean {
  return /\[\]|\.\d+(?:\.|$)|\)\.(?:rows|length|map|filter|then)\b/.test(key)
}

/** The constant text, or its constant parts with a gap for each value. */
export function sqlTextOf(program: Program, node: Node): string | undefined {
  const inner = unwrap(node)
  const template = inner.type === 'TaggedTemplateExpression' ? inner.quasi : inner
  if (template.type === 'TemplateLiteral')
    return template.quasis.map((part) => part.value.cooked ?? '').join(' $ ')
  if (inner.type === 'BinaryExpression' && inner.operator === '+')
    return `${sqlTextOf(program, inner.left) ?? '$'}${sqlTextOf(program, inner.right) ?? '$'}`
  const constant = constantOf(program.values, inner)
  return typeof constant === 'string' ? constant : undefined
}

/** The options that a call is given, through a name too; `unknown` where they are not written out. */
export function optionsOf(program: Program, call: CallNode, index: number): Node | 'unknown' | undefined {
  const given = argumentAt(call, index)
  if (!given) return undefined
  if (given.type === 'ObjectExpression') return given
  const value = program.values.evaluate(given).find((one) => one.kind === 'object')
  return value?.kind === 'object' ? value.node : 'unknown'
}

/** Whether an option is set; what is not written out is taken to be. */
export function has(options: Node | 'unknown' | undefined, name: string): boolean {
  if (options === undefined) return false
  if (options === 'unknown' || options.type !== 'ObjectExpression') return true
  return (
    propertyOf(options, name) !== undefined ||
    options.properties.some((property) => property.type === 'SpreadElement')
  )
}

/** Steps of a builder's chain, through names that hold a part of it. The last is `call` itself. */
export function chainOf(call: CallNode, callee: Outside): readonly ChainStep[] {
  const steps: ChainStep[] = [{ name: stepName(call), call }]
  for (let value: Outside | undefined = callee.from; value && steps.length < 40; value = value.from) {
    const site = value.site
    if (
      site &&
      (site.type === 'CallExpression' || site.type === 'NewExpression') &&
      site !== steps[0]!.call &&
      value.key.endsWith(')')
    ) {
      steps.unshift({ name: stepName(site), call: site })
    }
  }
  return steps
}

export function stepName(call: CallNode): string {
  const callee = unwrap(calleeOf(call))
  return callee.type === 'MemberExpression'
    ? (memberName(callee) ?? '')
    : callee.type === 'Identifier'
      ? callee.name
      : ''
}

/** Whether more of the chain follows this call. */
export function isContinued(call: CallNode): boolean {
  let node: Node = call
  while (node.parent && unwrap(node.parent) === call) node = node.parent
  const access = node.parent
  if (access?.type !== 'MemberExpression' || access.object !== node) return false
  const name = memberName(access)
  return name !== 'then' && name !== 'catch' && name !== 'finally'
}

/** Names of the chain's steps, and of what else is done to its builder. */
export function verbs(
  chain: readonly ChainStep[],
  more: ReadonlySet<string> = new Set(),
): ReadonlySet<string> {
  return new Set([...chain.map((step) => step.name), ...more])
}

export function any(steps: ReadonlySet<string>, ...names: readonly string[]): boolean {
  return names.some((name) => steps.has(name))
}

export function tableText(program: Program, step: ChainStep | undefined): string | undefined {
  const given = step && argumentAt(step.call, 0)
  if (!given) return undefined
  const constant = constantOf(program.values, given) ?? drizzleTable(program, given)
  if (typeof constant === 'string') return constant
  return given.type === 'Identifier' || given.type === 'MemberExpression' ? program.textOf(given) : undefined
}

/** The name in `export const follows = pgTable('follows', …)`, whatever the table is called here. */
function drizzleTable(program: Program, given: Node): unknown {
  for (const { key, site } of program.outside(given)) {
    const name =
      site?.type === 'CallExpression' && /(?:pg|mysql|sqlite)Table\(\)$/.test(key) && argumentAt(site, 0)
    if (name) return constantOf(program.values, name)
  }
  return undefined
}

/** Methods of the rows that came, which a builder has not: `(await query).map(…)`. */
export const OF_ROWS: ReadonlySet<string> = new Set([
  'map',
  'filter',
  'forEach',
  'reduce',
  'find',
  'some',
  'every',
  'flatMap',
  'slice',
  'sort',
  'toSorted',
  'includes',
  'join',
  'at',
  'entries',
  'keys',
  'values',
  'concat',
  'push',
  'pop',
  'shift',
])
