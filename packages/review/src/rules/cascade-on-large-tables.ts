/**
 * Cascade on large tables, as schemas in code declare it: Drizzle's `references`, TypeORM's relations, Knex's and Sequelize's builders.
 * Deleting one parent then deletes all that was ever written down about it, in one transaction, under locks. What a parent consists of
 * (lines of an order) is meant to go with it.
 */
import { endlessCascade } from '../catalogue/cascades.js'
import type { Program } from '../program.js'
import type { Report, Rule } from '../rule.js'
import {
  argumentAt,
  argumentsOf,
  calleeOf,
  enclosingClass,
  enclosingFunction,
  memberName,
  propertyOf,
  unwrap,
  type CallNode,
  type Node,
} from '../syntax/nodes.js'
import { constantOf } from '../values/constants.js'

export const cascadeOnLargeTables: Rule = {
  id: 'cascade-on-large-tables',
  title: 'Cascading delete over a large table',
  severity: 'high',
  check(program, report) {
    for (const call of program.calls()) {
      const found = drizzle(program, call) ?? typeorm(program, call) ?? knex(program, call)
      if (found) report(found)
    }
  },
}

/** `references(() => users.id, { onDelete: 'cascade' })`, `foreignKey({ … }).onDelete('cascade')`. */
function drizzle(program: Program, call: CallNode): Report | undefined {
  const callee = unwrap(calleeOf(call))
  if (callee.type !== 'MemberExpression') return undefined
  const method = memberName(callee)
  const isCascade =
    (method === 'references' &&
      isCascading(program, propertyOf(unwrapped(argumentAt(call, 1)), 'onDelete'))) ||
    (method === 'onDelete' && isCascading(program, argumentAt(call, 0)))
  if (!isCascade) return undefined
  const table = enclosingCall(call, (outer) =>
    program.keys(calleeOf(outer)).some((key) => /(?:pg|mysql|sqlite)Table$/.test(key)),
  )
  const name = table && constantAt(program, table, 0)
  if (name === undefined) return undefined
  const parent = argumentAt(call, 0)
  const target =
    parent?.type === 'ArrowFunctionExpression'
      ? program.shortOf(parent.body).replace(/\.\w+$/, '')
      : undefined
  return endless(call, name, target)
}

/** `@ManyToOne(() => Account, { onDelete: 'CASCADE' })` in the entity of the child. */
function typeorm(program: Program, call: CallNode): Report | undefined {
  if (!program.callees(call).some(({ key }) => /^typeorm:(?:ManyToOne|OneToOne)$/.test(key))) return undefined
  const options = argumentsOf(call)
    .map(unwrapped)
    .find((one) => one?.type === 'ObjectExpression')
  if (!isCascading(program, propertyOf(options, 'onDelete'))) return undefined
  const child = enclosingClass(call)?.id?.name
  const target = argumentAt(call, 0)
  const parent = target?.type === 'ArrowFunctionExpression' ? program.shortOf(target.body) : undefined
  return child === undefined ? undefined : endless(call, child, parent)
}

/** `table.foreign('user').references('users.id').onDelete('CASCADE')` inside `createTable('messages', (table) => …)`. */
function knex(program: Program, call: CallNode): Report | undefined {
  const callee = unwrap(calleeOf(call))
  if (callee.type !== 'MemberExpression' || memberName(callee) !== 'onDelete') return undefined
  if (!isCascading(program, argumentAt(call, 0))) return undefined
  const builder = enclosingFunction(call)?.parent
  if (builder?.type !== 'CallExpression') return undefined
  const made = unwrap(builder.callee)
  if (
    made.type !== 'MemberExpression' ||
    !/^(?:create|alter)?[tT]able(?:IfNotExists)?$/.test(memberName(made) ?? '')
  )
    return undefined
  const name = constantAt(program, builder, 0)
  return name === undefined ? undefined : endless(call, name, undefined)
}

function endless(at: Node, child: string, parent: string | undefined): Report | undefined {
  const words = endlessCascade(child, parent)
  return words && { at, ...words, confidence: 'likely' }
}

const unwrapped = (node: Node | undefined): Node | undefined => node && unwrap(node)

function isCascading(program: Program, value: Node | undefined): boolean {
  const action = value && constantOf(program.values, value)
  return typeof action === 'string' && action.toLowerCase() === 'cascade'
}

function constantAt(program: Program, call: CallNode, index: number): string | undefined {
  const given = argumentAt(call, index)
  const value = given && constantOf(program.values, given)
  return typeof value === 'string' ? value : undefined
}

function enclosingCall(node: Node, is: (call: CallNode) => boolean): CallNode | undefined {
  for (let outer = node.parent; outer; outer = outer.parent)
    if (outer.type === 'CallExpression' && is(outer)) return outer
  return undefined
}
