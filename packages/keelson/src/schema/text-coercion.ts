/**
 * Turns the text of query strings and path parameters into what the declared type asks for: `"20"` into 20 where a
 * number is declared, `"true"` into true, one value into a list of one. Text that does not fit is left as it is, so
 * that validation refuses it and `expectation` can say what would have been right.
 */
import { isZod, type AnySchema } from './any-schema.js'
import { defOf, type ZodNode } from './zod-rewrite.js'

type Texts = string | readonly string[]
type Coerce = (text: Texts) => unknown

export interface Field {
  readonly coerce: Coerce
  /** What the text must be, for the message: `a whole number`. */
  readonly expectation: string | undefined
}

/** How to read each field of the object; an empty map where the schema does not tell. */
export type TextFields = ReadonlyMap<string, Field>

export function textFields(schema: AnySchema<unknown, unknown>): TextFields {
  const fields = new Map<string, Field>()
  if (!isZod(schema)) return fields
  const object = unwrap(schema)
  const def = defOf(object)
  if (def.type !== 'object') return fields
  for (const [name, field] of Object.entries(def.shape)) {
    const read = fieldOf(field)
    if (read !== undefined) fields.set(name, read)
  }
  return fields
}

function fieldOf(node: ZodNode): Field | undefined {
  const inner = unwrap(node)
  const def = defOf(inner)
  if (def.type === 'array') {
    const element = fieldOf(def.element)
    const one = element?.coerce ?? ((text: Texts) => text)
    const coerce = (text: Texts): unknown =>
      typeof text === 'string' ? [one(text)] : text.map((each) => one(each))
    return { coerce, expectation: element?.expectation }
  }
  if (def.type === 'number') {
    const whole =
      def.checks?.some((check) => formatOf(check._zod.def).includes('int')) === true || isIntFormat(def)
    return { coerce: number, expectation: whole ? 'a whole number' : 'a number' }
  }
  if (def.type === 'boolean') return { coerce: boolean, expectation: '`true` or `false`' }
  if (def.type === 'union' || def.type === 'literal' || def.type === 'enum') return choice(inner)
  return undefined
}

const formatOf = (def: object): string =>
  'format' in def && typeof def.format === 'string' ? def.format : ''
const isIntFormat = (def: object): boolean => formatOf(def).includes('int')

/** A union or a set of literals: the text stays where text is allowed, else the first reading that fits is taken. */
function choice(node: ZodNode): Field | undefined {
  const def = defOf(node)
  const readings = new Set<Coerce>()
  let textual = false
  const literal = (value: unknown): void => {
    if (typeof value === 'number') readings.add(number)
    else if (typeof value === 'boolean') readings.add(boolean)
    else textual = true
  }
  if (def.type === 'literal') def.values.forEach(literal)
  if (def.type === 'enum') Object.values(def.entries).forEach(literal)
  if (def.type === 'union') {
    for (const option of def.options) {
      const field = fieldOf(option)
      if (field === undefined) textual = true
      else readings.add(field.coerce)
    }
  }
  if (textual || readings.size === 0) return undefined
  const coerce = (text: Texts): unknown => {
    for (const read of readings) {
      const value = read(text)
      if (value !== text) return value
    }
    return text
  }
  return { coerce, expectation: undefined }
}

/** The type below defaults, optionality and the like, on the side that is sent. */
function unwrap(node: ZodNode): ZodNode {
  const def = defOf(node)
  switch (def.type) {
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'nonoptional':
    case 'catch':
    case 'readonly':
      return unwrap(def.innerType)
    case 'lazy':
      return unwrap(def.getter())
    case 'pipe':
      return unwrap(def.in)
    default:
      return node
  }
}

const NUMBER = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/

export const number: Coerce = (text) => (typeof text === 'string' && NUMBER.test(text) ? Number(text) : text)

export const boolean: Coerce = (text) => (text === 'true' ? true : text === 'false' ? false : text)
