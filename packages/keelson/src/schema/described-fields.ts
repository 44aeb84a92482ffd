/**
 * Which fields a JSON Schema knows, at every depth, through unions and references: what a client sends beyond them is
 * refused, what a handler answers beyond them does not leave. For schemas of libraries that let such fields pass.
 */
import type { Json } from './described.js'
import type { Issue } from './parser.js'
import { boolean, number, type Field, type TextFields } from './text-coercion.js'

/** What several schemas together say of a value's parts. */
interface Parts {
  /** By field, the schemas of its value; undefined where any field may stand. */
  readonly fields: ReadonlyMap<string, readonly Json[]> | undefined
  readonly items: readonly Json[]
  readonly types: ReadonlySet<unknown>
}

export class DescribedFields {
  readonly #root: Json

  constructor(root: Json) {
    this.#root = root
  }

  /** An issue for each object that has unknown fields. */
  unknownIn(value: unknown): Issue[] {
    const issues: Issue[] = []
    const look = (node: unknown, schemas: readonly Json[], path: readonly PropertyKey[]): void => {
      if (typeof node !== 'object' || node === null) return
      const { fields, items } = this.#partsOf(schemas)
      if (Array.isArray(node)) node.forEach((each, at) => look(each, items, [...path, at]))
      else if (fields !== undefined) {
        const keys = Object.keys(node).filter((key) => !fields.has(key))
        if (keys.length > 0)
          issues.push({ path, keys, code: 'unrecognized_keys', message: 'is not a known field' })
        for (const [key, of] of fields) look((node as Record<string, unknown>)[key], of, [...path, key])
      }
    }
    look(value, [this.#root], [])
    return issues
  }

  /** The value without the fields that the schema does not know. */
  known(value: unknown): unknown {
    const keep = (node: unknown, schemas: readonly Json[]): unknown => {
      if (typeof node !== 'object' || node === null) return node
      const { fields, items } = this.#partsOf(schemas)
      if (Array.isArray(node)) return node.map((each) => keep(each, items))
      if (fields === undefined) return node
      const kept = Object.entries(node).filter(([key]) => fields.has(key))
      return Object.fromEntries(kept.map(([key, each]) => [key, keep(each, fields.get(key)!)]))
    }
    return keep(value, [this.#root])
  }

  /** How to read the text of each field. */
  texts(): TextFields {
    const { fields } = this.#partsOf([this.#root])
    const texts = new Map<string, Field>()
    for (const [name, schemas] of fields ?? []) {
      const field = this.#textOf(schemas)
      if (field !== undefined) texts.set(name, field)
    }
    return texts
  }

  #textOf(schemas: readonly Json[]): Field | undefined {
    const { types, items } = this.#partsOf(schemas)
    if (types.has('string')) return undefined
    if (types.has('array')) {
      const element = this.#textOf(items)
      const one = element?.coerce ?? ((text) => text)
      const coerce: Field['coerce'] = (text) =>
        typeof text === 'string' ? [one(text)] : text.map((each) => one(each))
      return { coerce, expectation: element?.expectation }
    }
    if (types.has('integer')) return { coerce: number, expectation: 'a whole number' }
    if (types.has('number')) return { coerce: number, expectation: 'a number' }
    return types.has('boolean') ? { coerce: boolean, expectation: '`true` or `false`' } : undefined
  }

  #partsOf(schemas: readonly Json[]): Parts {
    const fields = new Map<string, Json[]>()
    const items: Json[] = []
    const types = new Set<unknown>()
    const seen = new Set<Json>()
    let named = false
    let open = false
    const visit = (schema: unknown): void => {
      if (typeof schema !== 'object' || schema === null || seen.has(schema as Json)) return
      const node = schema as Json
      seen.add(node)
      for (const type of [node['type']].flat()) if (type !== undefined) types.add(type)
      for (const value of literalsOf(node)) types.add(typeof value)
      if (typeof node['$ref'] === 'string') visit(this.#at(node['$ref']))
      for (const keyword of ['anyOf', 'oneOf', 'allOf'])
        for (const part of (node[keyword] ?? []) as unknown[]) visit(part)
      const properties = node['properties'] as Readonly<Record<string, Json>> | undefined
      if (properties !== undefined) named = true
      for (const [name, of] of Object.entries(properties ?? {}))
        fields.set(name, [...(fields.get(name) ?? []), of])
      if (node['patternProperties'] !== undefined || isOpen(node['additionalProperties'])) open = true
      for (const part of [node['items'], node['prefixItems']].flat()) if (isJson(part)) items.push(part)
    }
    schemas.forEach(visit)
    return { fields: named && !open ? fields : undefined, items, types }
  }

  #at(reference: string): unknown {
    let node: unknown = this.#root
    for (const part of reference.split('/').slice(1))
      node = (node as Record<string, unknown> | undefined)?.[part.replaceAll('~1', '/').replaceAll('~0', '~')]
    return node
  }
}

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null

/** `additionalProperties` that allow some; absent means that the schema says nothing of others. */
const isOpen = (additional: unknown): boolean => additional !== undefined && additional !== false

const literalsOf = (node: Json): readonly unknown[] => [
  ...('const' in node ? [node['const']] : []),
  ...((node['enum'] ?? []) as unknown[]),
]
