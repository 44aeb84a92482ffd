/** What a write changes and under which condition, in the words of each library. */
import { sqlTextOf, type DatabaseCall } from '../../catalogue/database/call.js'
import type { Program } from '../../program.js'
import { argumentAt, argumentsOf, keyName, propertyOf, unwrap, type Node } from '../../syntax/nodes.js'
import { constantOf } from '../../values/constants.js'

export interface Write {
  readonly call: DatabaseCall
  readonly kind: 'update' | 'insert'
  /** What fields are set to, by field; the value is missing where a text says it. */
  readonly sets: ReadonlyMap<string, Node | undefined>
  /** Everything that the condition mentions, as text. */
  readonly condition: string
  /** Values handed over beside a text. */
  readonly values: readonly Node[]
  /** Whether it only ever adds: a check before it protects another row, or nothing. */
  readonly adds?: boolean
  /** Whether a row that is there already is passed over or changed. */
  readonly expectsConflict: boolean
}

export function writeOf(program: Program, call: DatabaseCall): Write | undefined {
  if (call.kind !== 'write') return undefined
  if (call.sql) return textWrite(program, call)
  switch (call.library) {
    case 'prisma':
      return prismaWrite(program, call)
    case 'drizzle':
    case 'knex':
    case 'kysely':
      return chainWrite(program, call)
    case 'typeorm':
      return call.chain.length > 0 ? chainWrite(program, call) : typeormWrite(program, call)
    default:
      return undefined
  }
}

function textWrite(program: Program, call: DatabaseCall): Write | undefined {
  const text = sqlTextOf(program, call.sql!) ?? ''
  const values = argumentsOf(call.call).slice(1)
  const insert = /^\s*(?:with\b[\s\S]*?\)\s*)?insert\b/i.test(text)
  const expectsConflict = /\bon\s+conflict\b|\bon\s+duplicate\s+key\b|\bwhere\s+not\s+exists\b/i.test(text)
  if (insert) return { call, kind: 'insert', sets: new Map(), condition: '', values, expectsConflict }
  const update = /\bupdate\s+[\w."]+(?:\s+(?:as\s+)?\w+)?\s+set\s+([\s\S]*?)(?:\bwhere\b([\s\S]*))?$/i.exec(
    text,
  )
  if (!update) return undefined
  const sets = new Map<string, Node | undefined>()
  for (const [, name] of update[1]!.matchAll(/(?:^|,)\s*"?(\w+)"?\s*=/g)) sets.set(name!, undefined)
  return {
    call,
    kind: 'update',
    sets,
    condition: update[2]?.replace(/\breturning\b[\s\S]*/i, '') ?? '',
    values,
    adds: /^\s*"?(\w+)"?\s*=\s*(?:\w+\.)?"?\1"?\s*\+/.test(update[1]!),
    expectsConflict,
  }
}

const INSERTS = /^(?:create|createMany|createManyAndReturn|insert|save|batchInsert)$/
const UPDATES = /^(?:update|updateMany|updateManyAndReturn|set|decrement|increment)$/

function prismaWrite(program: Program, call: DatabaseCall): Write | undefined {
  const options = argumentAt(call.call, 0)
  if (INSERTS.test(call.method)) return inserted(call, false)
  if (!UPDATES.test(call.method)) return undefined
  const condition = bare(propertyOf(options, 'where'))
  return {
    call,
    kind: 'update',
    sets: fieldsOf(program, propertyOf(options, 'data')),
    condition: condition ? program.textOf(condition) : '',
    values: [],
    adds: [...fieldsOf(program, propertyOf(options, 'data')).values()].every(
      (value) => propertyOf(bare(value), 'increment') !== undefined,
    ),
    expectsConflict: false,
  }
}

function chainWrite(program: Program, call: DatabaseCall): Write | undefined {
  const names = new Set(call.chain.map(({ name }) => name))
  if (names.has('insert') || names.has('into'))
    return inserted(
      call,
      [...names].some((name) => /^onConflict|^onDuplicate|^orIgnore|^orUpdate/.test(name)),
    )
  const setting =
    call.chain.find(({ name }) => name === 'set') ??
    call.chain.find(({ name, call: step }) => UPDATES.test(name) && argumentsOf(step).length > 0)
  if (!setting) return undefined
  const sets = setFields(program, setting.call)
  const condition = call.chain
    .filter(({ name }) => /where|having|match/i.test(name))
    .flatMap(({ call: step }) => argumentsOf(step).map((one) => program.textOf(one)))
    .join(' ')
  return {
    call,
    kind: 'update',
    sets,
    condition,
    values: [],
    adds: names.has('increment'),
    expectsConflict: false,
  }
}

/** `update({ stock: n })`, `update('stock', n)`, `decrement('stock', n)`, `decrement({ stock: n })`. */
function setFields(program: Program, step: DatabaseCall['call']): Map<string, Node | undefined> {
  const first = argumentAt(step, 0)
  const name = first && constantOf(program.values, first)
  return typeof name === 'string' ? new Map([[name, argumentAt(step, 1)]]) : fieldsOf(program, first)
}

function typeormWrite(program: Program, call: DatabaseCall): Write | undefined {
  const shift = program.callees(call.call).some(({ key }) => key.includes('EntityManager')) ? 1 : 0
  const [criteria, given] = [argumentAt(call.call, shift), argumentAt(call.call, shift + 1)]
  if (call.method === 'insert') return inserted(call, false)
  if (call.method === 'save') {
    const values = argumentsOf(call.call)
    return { call, kind: 'insert', sets: new Map(), condition: '', values, expectsConflict: false }
  }
  if (call.method !== 'update' && call.method !== 'decrement' && call.method !== 'increment') return undefined
  const field = given && constantOf(program.values, given)
  return {
    call,
    kind: 'update',
    sets:
      typeof field === 'string'
        ? new Map([[field, argumentAt(call.call, shift + 2)]])
        : fieldsOf(program, given),
    condition: criteria ? program.textOf(criteria) : '',
    values: [],
    adds: call.method === 'increment',
    expectsConflict: false,
  }
}

const inserted = (call: DatabaseCall, expectsConflict: boolean): Write => ({
  call,
  kind: 'insert',
  sets: new Map(),
  condition: '',
  values: [],
  expectsConflict,
})

function fieldsOf(program: Program, given: Node | undefined): Map<string, Node | undefined> {
  const fields = new Map<string, Node | undefined>()
  let object = bare(given)
  if (object && object.type !== 'ObjectExpression') {
    const value = program.values.evaluate(object).find((one) => one.kind === 'object')
    object = value?.kind === 'object' ? value.node : undefined
  }
  if (object?.type !== 'ObjectExpression') return fields
  for (const property of object.properties) {
    if (property.type !== 'Property') continue
    const name = keyName(property.key, property.computed)
    if (name !== undefined) fields.set(name, property.value)
  }
  return fields
}

const bare = (node: Node | undefined): Node | undefined => node && unwrap(node)
