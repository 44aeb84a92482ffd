/**
 * The schema of an input as it is applied to what clients send: objects refuse fields that nobody declared, at every
 * depth, and types that JSON cannot carry (`z.date()`, `z.bigint()`) take their text form.
 */
import * as z from 'zod'
import { isZod, type AnySchema } from './any-schema.js'
import { bigintCodec, timestampCodec } from './json-codecs.js'
import { copy, defOf, refuseWhatJsonCannotCarry, rewrite, type ZodNode } from './zod-rewrite.js'

/**
 * Objects that say `.loose()` or `.catchall(…)` keep what they say. Schemas that are not Zod's stay as they are.
 * Throws UnfitSchemaError where JSON cannot carry what the schema asks for.
 */
export function inputSchema<S extends AnySchema<unknown, unknown>>(schema: S): S {
  if (!isZod(schema)) return schema
  return rewrite(schema, visit, leave) as z.ZodType as unknown as S
}

function visit(node: ZodNode, descend: (part: ZodNode) => ZodNode): ZodNode | undefined {
  const def = defOf(node)
  if (def.type !== 'pipe') return undefined
  // What comes out of a transformation is the handler's business; only what goes in is sent by clients.
  const input = descend(def.in)
  return input === def.in ? node : copy(node, { ...def, in: input })
}

function leave(node: ZodNode): ZodNode {
  refuseWhatJsonCannotCarry(node)
  const def = defOf(node)
  if (def.type === 'object')
    return def.catchall === undefined ? copy(node, { ...def, catchall: z.never() }) : node
  if (def.type === 'date') return decoded(timestampCodec(), node)
  if (def.type === 'bigint') return decoded(bigintCodec(), node)
  return node
}

/**
 * The codec with the checks (`.min()`, refinements) of the declared type behind it. A value that is already of the
 * declared type, from a caller in this process, takes the way of all.
 */
const decoded = (codec: z.ZodCodec, declared: ZodNode): ZodNode =>
  z.pipe(z.transform(asText), copy(codec, { ...defOf(codec), out: declared }))

function asText(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString()
  return value instanceof Date && !Number.isNaN(value.getTime()) ? value.toISOString() : value
}
