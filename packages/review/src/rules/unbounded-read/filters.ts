/** Whether a read's filter bounds it: by a key, by a list of keys, or because groups are counted rather than rows given. */
import { sqlTextOf, type DatabaseCall } from '../../catalogue/database/call.js'
import { isFewAParent } from '../../catalogue/table-growth.js'
import type { Program } from '../../program.js'
import { argumentAt, argumentsOf, keyName, propertyOf, unwrap, type Node } from '../../syntax/nodes.js'
import { constantOf } from '../../values/constants.js'

/** Columns of which a value belongs to one row. */
const KEY =
  /^(?:id|uuid|ulid|email|slug|sku|code|token|key|hash|username|reference|handle|login|phone|iban|domain|isbn|ean|idempotency_?key)$/i

/** The same in SQL: `id = $1`, `o.id in (…)`, `sku = any($1)`. */
const KEYED_SQL =
  /\b(?:where|and|on)\s+\(*\s*(?:"?(\w+)"?\.)?"?(?:id|uuid|ulid|email|slug|sku|code|token|key|hash|username|reference|handle|login|phone|iban|domain|isbn|ean|idempotency_?key)"?\s*(?:=|\bin\b)/gi
const LISTED_SQL = /=\s*any\s*\(|\bin\s*\((?!\s*select)|\bgroup\s+by\b|\btablesample\b/i
/** A column that names a parent. */
const PARENT = /\b\w*[a-z](?:_id|Id)\b/

/** Two parents name one row of what joins them: a vote by post and user. */
const isPair = (sql: string): boolean =>
  !/\bor\b/i.test(sql) && (sql.match(/\b\w+_id"?\s*=\s*(?:\$|\?|:)/gi) ?? []).length >= 2

/** A key of another table that is joined bounds nothing: a board has any number of threads. */
function isKeyed(sql: string, table: string | undefined): boolean {
  const from =
    /\bfrom\s+"?([\w.]+)"?(?:\s+(?:as\s+)?"?(?!where\b|join\b|inner\b|left\b|order\b|limit\b|group\b)(\w+)"?)?/i.exec(
      sql,
    )
  const own = [from?.[2], from?.[1], table].map((name) => name?.toLowerCase())
  return [...sql.matchAll(KEYED_SQL)].some(
    ([, owner]) => owner === undefined || own.includes(owner.toLowerCase()),
  )
}

export function boundByFilter(program: Program, read: DatabaseCall): boolean {
  const few = read.table !== undefined && isFewAParent(read.table)
  if (read.sql) {
    const text = sqlTextOf(program, read.sql) ?? ''
    return (
      isKeyed(text, read.table) ||
      isPair(text) ||
      LISTED_SQL.test(text) ||
      (few && PARENT.test(afterWhere(text)))
    )
  }
  if (few && PARENT.test(program.textOf(read.call))) return true
  if (read.chain.length > 0) return read.chain.some(({ name, call }) => boundsChain(program, name, call))
  const [first, second] = argumentsOf(read.call)
  const given = [first, second].map((node) => node && objectOf(program, node))
  return given.some((options) => options && boundsObject(program, conditionOf(program, read, options)))
}

/** `{ where: … }`, or the conditions themselves (`findBy`). */
function conditionOf(program: Program, read: DatabaseCall, options: Node): Node | undefined {
  const where = propertyOf(options, 'where')
  if (where) return objectOf(program, where) ?? where
  return read.method.endsWith('By') ? options : undefined
}

function boundsObject(program: Program, condition: Node | undefined): boolean {
  if (condition?.type !== 'ObjectExpression') return condition !== undefined && isList(program, condition)
  let parents = 0
  return condition.properties.some((property) => {
    if (property.type !== 'Property') return false
    const name = keyName(property.key, property.computed)
    if (name === undefined) return false
    if (/[a-z](?:Id|_id)$/.test(name) && (parents += 1) > 1) return true
    if (name === 'AND') return boundsObject(program, objectOf(program, property.value))
    return KEY.test(name) || isList(program, property.value)
  })
}

/** `{ in: ids }`, `In(ids)`, `inArray(column, ids)`. */
function isList(program: Program, node: Node): boolean {
  const value = unwrap(node)
  if (value.type === 'ObjectExpression') return propertyOf(value, 'in') !== undefined
  return value.type === 'CallExpression' && listCall(program, value)
}

function listCall(program: Program, call: Extract<Node, { type: 'CallExpression' }>): boolean {
  const keys = program.keys(call.callee)
  if (keys.some((key) => /:(?:In|Any|inArray)$/.test(key))) return true
  if (keys.some((key) => key.endsWith(':eq'))) {
    const column = call.arguments[0] && unwrap(call.arguments[0])
    return column?.type === 'MemberExpression' && KEY.test(keyName(column.property, column.computed) ?? '')
  }
  return (
    keys.some((key) => key.endsWith(':and')) &&
    call.arguments.some((part) => part.type === 'CallExpression' && listCall(program, part))
  )
}

function boundsChain(program: Program, name: string, call: DatabaseCall['call']): boolean {
  if (/^(?:groupBy|whereIn|andWhereIn|whereInIds|first|findById)$/.test(name)) return true
  if (!/^(?:where|andWhere|having)$/.test(name)) return false
  const first = argumentAt(call, 0)
  if (!first) return false
  const text = constantOf(program.values, first)
  if (typeof text === 'string') return KEY.test(text.split('.').at(-1)!) || /\bin\s*\(|\bid\s*=/i.test(text)
  return boundsObject(program, objectOf(program, first) ?? first)
}

function objectOf(program: Program, node: Node): Node | undefined {
  const inner = unwrap(node)
  if (inner.type === 'ObjectExpression') return inner
  const value = program.values.evaluate(inner).find((one) => one.kind === 'object')
  return value?.kind === 'object' ? value.node : undefined
}

const afterWhere = (sql: string): string => sql.slice(Math.max(0, sql.search(/\bwhere\b/i)))
