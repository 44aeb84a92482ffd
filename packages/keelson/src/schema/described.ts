/**
 * Schemas of other libraries than Zod, and what they say of themselves by Standard JSON Schema (standardschema.dev):
 * OpenAPI, the coercion of query strings and the refusal of unknown fields rest on it.
 */
import type { StandardJSONSchemaV1 } from '@standard-schema/spec'
import { isZod, type AnySchema } from './any-schema.js'

export type Json = { readonly [keyword: string]: unknown }

type Converter = StandardJSONSchemaV1.Converter

/**
 * Gives a schema its description where its library cannot: `described(schema, { type: 'object', … })`. JSON Schema
 * 2020-12, of what travels. The schema goes on to validate as before.
 */
export function described<S extends AnySchema<unknown, unknown>>(schema: S, jsonSchema: Json): S {
  const tell = (): Record<string, unknown> => jsonSchema
  const jsonSchemas: Converter = { input: tell, output: tell }
  return { '~standard': { ...schema['~standard'], jsonSchema: jsonSchemas } } as unknown as S
}

const converterOf = (schema: AnySchema<unknown, unknown>): Converter | undefined =>
  (schema['~standard'] as { readonly jsonSchema?: Converter }).jsonSchema

/** What a schema of another library says of itself; undefined where it says nothing. Throws what the library throws. */
export function descriptionOf(schema: AnySchema<unknown, unknown>): Json | undefined {
  const text = JSON.stringify(converterOf(schema)?.input({ target: 'draft-2020-12' }))
  // A plain copy: what libraries return is frozen in part and shares parts.
  return text === undefined ? undefined : (JSON.parse(text) as Json)
}

/** Why the schema cannot stand in OpenAPI, and the way out; undefined where it can. `what`: `` `input` ``. */
export function undescribed(schema: AnySchema<unknown, unknown>, what: string): string | undefined {
  if (isZod(schema)) return undefined
  const { vendor } = schema['~standard']
  const wayOut =
    vendor === 'valibot'
      ? 'wrap it in `toStandardJsonSchema(…)` of @valibot/to-json-schema'
      : 'use a version of the library that speaks Standard JSON Schema'
  const or = `${wayOut}, or say it yourself: \`described(schema, { … })\`.`
  try {
    if (descriptionOf(schema) !== undefined) return undefined
    return `the schema of ${what} (${vendor}) does not tell its JSON Schema, which /openapi.json needs: ${or}`
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return `the schema of ${what} (${vendor}) has no JSON Schema, which /openapi.json needs (${reason}): ${or}`
  }
}
