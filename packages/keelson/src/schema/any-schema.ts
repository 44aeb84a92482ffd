/**
 * What Keelson accepts as a schema: anything that speaks Standard Schema. Zod is understood in depth (refusal of unknown
 * fields, coercion of query strings, JSON on the wire, OpenAPI); others validate, and are taken to be JSON as they are.
 */
import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { ZodType } from 'zod'

export type AnySchema<I = unknown, O = I> = StandardSchemaV1<I, O>

/** The value as it travels: what a client sends, what JSON holds. */
export type Wire<S> = S extends AnySchema<unknown, unknown> ? StandardSchemaV1.InferInput<S> : never

/** The value as a handler holds it. */
export type Value<S> = S extends AnySchema<unknown, unknown> ? StandardSchemaV1.InferOutput<S> : never

export const isZod = (schema: AnySchema<unknown, unknown>): schema is ZodType & AnySchema<unknown, unknown> =>
  schema['~standard'].vendor === 'zod' && '_zod' in schema
