/**
 * Comparing schemas in the direction in which values flow. Input: what was accepted must still be accepted. Output: what is sent now must
 * be something that callers were told of. What cannot be decided is reported as breaking: a false alarm costs a look, a
 * missed break costs the callers.
 */
import type { Changes } from './change.js'
import { compareBounds } from './bounds.js'
import { listOf, objectOf, resolved, textsOf, type Json } from './document.js'

export type Direction = 'input' | 'output'

interface Side {
  readonly document: Json
  readonly schema: unknown
}

const DEPTH_MAX = 24
const PAIRS_MAX = 20_000
const UNIONS = ['oneOf', 'anyOf'] as const
/** What makes of a schema more than its own keywords; compared whole. */
const OPAQUE = [
  'not',
  'if',
  'then',
  'else',
  'patternProperties',
  'propertyNames',
  'dependentSchemas',
] as const

export class SchemaComparison {
  readonly #seen = new Set<string>()
  readonly #changes: Changes
  readonly #direction: Direction

  constructor(changes: Changes, direction: Direction) {
    this.#changes = changes
    this.#direction = direction
  }

  compare(before: Side, after: Side, place: string, depth = 0): void {
    const pair = pairOf(before.schema, after.schema)
    // A schema that contains itself is compared once.
    if (pair !== undefined && this.#seen.has(pair)) return
    if (pair !== undefined) this.#seen.add(pair)
    if (depth > DEPTH_MAX || this.#seen.size > PAIRS_MAX) {
      this.#changes.breaking('undecided', place, 'nested too deeply to be compared; look at it by hand')
      return
    }
    if (isNever(after.schema) && !isNever(before.schema)) {
      this.#restricted('schema-closed', place, 'nothing is allowed any more')
      return
    }
    const old = flattened(before)
    const now = flattened(after)
    this.#compareTypes(old, now, place)
    this.#compareEnums(old, now, place)
    compareBounds(old, now, (narrows, message) => {
      if (narrows) this.#restricted('bound-narrowed', place, message)
      else this.#widened('bound-widened', place, message)
    })
    this.#compareProperties(before.document, after.document, old, now, place, depth)
    this.#compareUnions(before.document, after.document, old, now, place, depth)
    this.#compareOpaque(old, now, place)
    if (old['items'] !== undefined || now['items'] !== undefined)
      this.compare(
        { document: before.document, schema: old['items'] ?? {} },
        { document: after.document, schema: now['items'] ?? {} },
        `${place}[]`,
        depth + 1,
      )
  }

  /** Fewer values than before: breaks who sends, not who receives. */
  #restricted(rule: string, place: string, message: string): void {
    if (this.#direction === 'input') this.#changes.breaking(rule, place, message)
    else this.#changes.harmless(rule, place, message)
  }

  /** More values than before: breaks who receives. */
  #widened(rule: string, place: string, message: string): void {
    if (this.#direction === 'output') this.#changes.breaking(rule, place, message)
    else this.#changes.harmless(rule, place, message)
  }

  #compareTypes(old: Json, now: Json, place: string): void {
    const before = typesOf(old)
    const after = typesOf(now)
    const lost = before.filter((type) => !covers(after, type))
    const gained = after.filter((type) => !covers(before, type))
    if (lost.length > 0) this.#restricted('type-narrowed', place, `no longer ${lost.join(' or ')}`)
    if (gained.length > 0) this.#widened('type-widened', place, `now also ${gained.join(' or ')}`)
  }

  #compareEnums(old: Json, now: Json, place: string): void {
    const before = enumOf(old)
    const after = enumOf(now)
    if (before === undefined && after === undefined) return
    if (before === undefined) return this.#restricted('enum-added', place, `now only ${after!.join(', ')}`)
    if (after === undefined)
      return this.#widened('enum-removed', place, 'now any value, not only those listed')
    const lost = before.filter((value) => !after.includes(value))
    const gained = after.filter((value) => !before.includes(value))
    if (lost.length > 0) this.#restricted('enum-narrowed', place, `no longer ${lost.join(', ')}`)
    if (gained.length > 0) this.#widened('enum-widened', place, `now also ${gained.join(', ')}`)
  }

  #compareProperties(from: Json, to: Json, old: Json, now: Json, place: string, depth: number): void {
    const before = objectOf(old['properties'])
    const after = objectOf(now['properties'])
    for (const name of Object.keys(before)) {
      const at = `${place}.${name}`
      if (Object.hasOwn(after, name)) {
        this.#compareRequired(old, now, name, at)
        this.compare(
          { document: from, schema: before[name] },
          { document: to, schema: after[name] },
          at,
          depth + 1,
        )
      } else this.#removed(now, at)
    }
    for (const name of Object.keys(after))
      if (!Object.hasOwn(before, name)) this.#added(now, name, `${place}.${name}`)
    for (const name of textsOf(now['required']))
      if (!Object.hasOwn(after, name) && !textsOf(old['required']).includes(name))
        this.#added(now, name, `${place}.${name}`)
    const closed = now['additionalProperties'] === false && old['additionalProperties'] !== false
    const opened = old['additionalProperties'] === false && now['additionalProperties'] !== false
    if (closed) this.#restricted('unknown-fields-refused', place, 'unknown fields are refused now')
    if (opened && this.#direction === 'input')
      this.#changes.harmless('unknown-fields-allowed', place, 'unknown fields are taken now')
  }

  #compareRequired(old: Json, now: Json, name: string, place: string): void {
    const was = textsOf(old['required']).includes(name)
    const is = textsOf(now['required']).includes(name)
    if (is && !was) this.#restricted('input-required', place, 'is required now')
    if (was && !is) this.#widened('field-optional', place, 'may be missing now')
  }

  #removed(now: Json, place: string): void {
    if (this.#direction === 'output') this.#changes.breaking('field-removed', place, 'is no longer sent')
    else if (now['additionalProperties'] === false)
      this.#changes.breaking('input-removed', place, 'is refused now')
    else this.#changes.harmless('input-ignored', place, 'is not described any more')
  }

  #added(now: Json, name: string, place: string): void {
    const isRequired = textsOf(now['required']).includes(name)
    if (this.#direction === 'input' && isRequired)
      this.#changes.breaking('input-required', place, 'is new and required')
    else this.#changes.harmless('field-added', place, 'is new')
  }

  #compareUnions(from: Json, to: Json, old: Json, now: Json, place: string, depth: number): void {
    for (const union of UNIONS) {
      const before = listOf(old[union])
      const after = listOf(now[union])
      if (before.length === 0 && after.length === 0) continue
      const common = Math.min(before.length, after.length)
      for (let at = 0; at < common; at++)
        this.compare(
          { document: from, schema: before[at] },
          { document: to, schema: after[at] },
          `${place}<${union} ${at + 1}>`,
          depth + 1,
        )
      if (before.length > after.length)
        this.#restricted('alternative-removed', place, `${before.length - after.length} alternatives fewer`)
      if (after.length > before.length)
        this.#widened('alternative-added', place, `${after.length - before.length} alternatives more`)
    }
  }

  #compareOpaque(old: Json, now: Json, place: string): void {
    for (const keyword of OPAQUE)
      if (JSON.stringify(old[keyword]) !== JSON.stringify(now[keyword]))
        this.#changes.breaking('undecided', place, `\`${keyword}\` changed; look at it by hand`)
  }
}

function pairOf(before: unknown, after: unknown): string | undefined {
  const one = objectOf(before)['$ref']
  const other = objectOf(after)['$ref']
  return typeof one === 'string' && typeof other === 'string' ? `${one} ${other}` : undefined
}

const isNever = (schema: unknown): boolean => schema === false

/** A schema with its references followed and its `allOf` laid into it. */
function flattened({ document, schema }: Side, depth = 0): Json {
  const own = resolved(document, schema)
  const parts = listOf(own['allOf'])
  if (parts.length === 0 || depth > DEPTH_MAX) return own
  let whole: Json = own
  for (const part of parts) {
    const other = flattened({ document, schema: part }, depth + 1)
    whole = {
      ...other,
      ...whole,
      properties: { ...objectOf(other['properties']), ...objectOf(whole['properties']) },
      required: [...textsOf(other['required']), ...textsOf(whole['required'])],
    }
  }
  return whole
}

const ALL_TYPES = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'] as const

function typesOf(schema: Json): string[] {
  const said = typeof schema['type'] === 'string' ? [schema['type']] : textsOf(schema['type'])
  if (said.length === 0) return [...ALL_TYPES]
  // OpenAPI 3.0 says null beside the type.
  return schema['nullable'] === true ? [...said, 'null'] : said
}

const covers = (types: readonly string[], type: string): boolean =>
  types.includes(type) || (type === 'integer' && types.includes('number'))

function enumOf(schema: Json): string[] | undefined {
  if (Object.hasOwn(schema, 'const')) return [JSON.stringify(schema['const'])]
  return Array.isArray(schema['enum']) ? schema['enum'].map((value) => JSON.stringify(value)) : undefined
}
