/**
 * JSON Schema (2020-12, the dialect of OpenAPI 3.1) of what goes over the wire. Named parts (`.meta({ id })`) and
 * recursive ones are collected as components, since references inside an OpenAPI document start at its root.
 */
import * as z from 'zod'
import { isZod, type AnySchema } from './any-schema.js'
import { descriptionOf } from './described.js'

export type JsonSchema = { [keyword: string]: unknown }

/** Schemas by name: the document's `components.schemas`. */
export type Components = Map<string, JsonSchema>

interface Options {
  /** `input`: what is accepted; unknown fields are refused. `output`: what is answered. */
  readonly direction: 'input' | 'output'
  /** Named and recursive parts are added here. */
  readonly components: Components
  /** A name for the whole, should it be recursive. */
  readonly name: string
}

export function jsonSchemaOf(schema: AnySchema<unknown, unknown>, options: Options): JsonSchema {
  const converted = isZod(schema)
    ? fromZod(schema, options.direction)
    : fromStandard(schema, options.direction)
  // A plain copy: what libraries return is frozen in part and shares parts.
  const copy = JSON.parse(JSON.stringify(converted)) as JsonSchema
  delete copy['$schema']
  return hoist(copy, options)
}

function fromZod(schema: z.ZodType, direction: 'input' | 'output'): JsonSchema {
  return z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    // Codecs are met from their wire side in both directions.
    io: 'input',
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema }) {
      const def = zodSchema._zod.def
      if (def.type === 'date') Object.assign(jsonSchema, { type: 'string', format: 'date-time' })
      if (def.type === 'bigint') Object.assign(jsonSchema, { type: 'string', pattern: '^-?\\d+$' })
      // The pattern of a date-time says nothing more than its format, at great length.
      if (jsonSchema.format !== undefined && jsonSchema.type === 'string') delete jsonSchema.pattern
      if (def.type === 'object' && direction === 'input') jsonSchema.additionalProperties ??= false
      if (def.type === 'object' && direction === 'output' && jsonSchema.additionalProperties === false) {
        delete jsonSchema.additionalProperties
      }
    },
  }) as JsonSchema
}

/** Libraries that follow Standard JSON Schema tell it themselves; others are refused at start. */
function fromStandard(schema: AnySchema<unknown, unknown>, direction: 'input' | 'output'): JsonSchema {
  const description: JsonSchema = { ...descriptionOf(schema) }
  // Unknown fields are refused whether or not the library does it.
  if (direction === 'input' && 'properties' in description) description['additionalProperties'] ??= false
  return description
}

function hoist(schema: JsonSchema, { components, name, direction }: Options): JsonSchema {
  const renamed = new Map<string, string>()
  const definitions = (schema['$defs'] ?? {}) as Record<string, JsonSchema>
  delete schema['$defs']
  const recursive = JSON.stringify(schema).includes('"$ref":"#"')
  if (recursive) renamed.set('#', reference(unusedName(components, name, schema)))
  for (const [id, definition] of Object.entries(definitions)) {
    const base = id.startsWith('__')
      ? `${name}${id.replaceAll('_', '')}`
      : direction === 'input'
        ? `${id}Input`
        : id
    delete definition['id']
    renamed.set(`#/$defs/${id}`, reference(unusedName(components, base, definition)))
  }
  for (const definition of Object.values(definitions)) retarget(definition, renamed)
  retarget(schema, renamed)
  return recursive ? { $ref: renamed.get('#') } : schema
}

const reference = (name: string): string => `#/components/schemas/${name}`

/** Registers a component; one that says the same already keeps its name, another of that name gets a number. */
function unusedName(components: Components, base: string, schema: JsonSchema): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? base : `${base}${number}`
    const taken = components.get(name)
    if (taken === undefined) components.set(name, schema)
    if (taken === undefined || JSON.stringify(taken) === JSON.stringify(schema)) return name
  }
}

function retarget(node: unknown, renamed: ReadonlyMap<string, string>): void {
  if (typeof node !== 'object' || node === null) return
  const holder = node as JsonSchema
  const target = typeof holder['$ref'] === 'string' ? renamed.get(holder['$ref']) : undefined
  if (target !== undefined) holder['$ref'] = target
  for (const child of Object.values(holder)) retarget(child, renamed)
}
