/**
 * From a handler's value to what goes on the wire. `z.encode` runs uncompiled and costs several microseconds, so a
 * forward schema is derived once: each codec becomes a check of its decoded side followed by its `encode`, and fields
 * that were not declared are dropped. Where that cannot be derived (a refinement of an object whose parts are
 * encoded would see the wrong side), `z.encode` does the work.
 */
import * as z from 'zod'
import { isZod, type AnySchema } from './any-schema.js'
import { encodesSafely } from './json-codecs.js'
import { parserOf, type Parsed, type Parser } from './parser.js'
import {
  copy,
  defOf,
  refuseWhatJsonCannotCarry,
  rewrite,
  UnfitSchemaError,
  type ZodNode,
} from './zod-rewrite.js'

/** A function from the handler's value to JSON data, or to what is wrong with it. */
export type Encoder = Parser<unknown>

/**
 * Schemas of other libraries are taken to say the same on both sides.
 * Throws UnfitSchemaError where the schema can be read only, or holds what JSON cannot carry.
 */
export function encoderOf(schema: AnySchema<unknown, unknown>): Encoder {
  if (!isZod(schema)) return parserOf(schema)
  const derivation = new Derivation()
  const wire = derivation.derive(schema, true)
  return derivation.needsEncode ? zodEncoder(schema) : parserOf(wire as z.ZodType)
}

function zodEncoder(schema: z.ZodType): Encoder {
  return async (value): Promise<Parsed<unknown>> => {
    const result = await z.safeEncodeAsync(schema, value)
    return result.success ? { ok: true, value: result.data } : { ok: false, issues: result.error.issues }
  }
}

class Derivation {
  /** Set once a part is met that only `z.encode` does rightly. */
  needsEncode = false

  /** `toJson`: also give JSON's form to dates and bigints that stand outside a codec. */
  derive(root: ZodNode, toJson: boolean): ZodNode {
    return rewrite(
      root,
      (node, descend) => this.#visit(node, descend),
      (node, original) => this.#leave(node, original, toJson),
    )
  }

  #visit(node: ZodNode, descend: (part: ZodNode) => ZodNode): ZodNode | undefined {
    const def = defOf(node)
    // A default or a fallback is for readers; a handler's value is complete.
    if (
      def.type === 'default' ||
      def.type === 'prefault' ||
      def.type === 'catch' ||
      def.type === 'readonly'
    ) {
      return descend(def.innerType)
    }
    if (def.type !== 'pipe') return undefined
    if (isRefined(node)) this.needsEncode = true
    const decoded = this.derive(def.out, false) as z.ZodType
    const encode = def.reverseTransform as ((value: unknown) => unknown) | undefined
    const encoded = encode === undefined ? decoded : z.pipe(decoded, z.transform(encode))
    return encodesSafely(node) ? encoded : z.pipe(encoded, descend(def.in))
  }

  #leave(node: ZodNode, original: ZodNode, toJson: boolean): ZodNode {
    const def = defOf(node)
    if (def.type === 'transform') {
      throw new UnfitSchemaError(
        'a one-way transformation, which cannot be undone for the answer: use z.codec()',
      )
    }
    if (toJson) {
      refuseWhatJsonCannotCarry(node)
      if (def.type === 'date')
        return z.pipe(
          node as z.ZodDate,
          z.transform((date) => date.toISOString()),
        )
      if (def.type === 'bigint')
        return z.pipe(
          node as z.ZodBigInt,
          z.transform((value) => value.toString()),
        )
    }
    if (node !== original && isRefined(node)) this.needsEncode = true
    return def.type === 'object' && forbidsOthers(def) ? copy(node, { ...def, catchall: undefined }) : node
  }
}

/** Strict objects drop unknown fields too: what leaves is what was declared, and a field too many is no failure. */
const forbidsOthers = (def: z.core.$ZodObjectDef): boolean =>
  def.catchall !== undefined && defOf(def.catchall).type === 'never'

/** Whether checks of one's own (`.refine()`) look at the value; checks of length look the same on both sides. */
const isRefined = (node: ZodNode): boolean =>
  node._zod.def.checks?.some(({ _zod }) => _zod.def.check === 'custom' || _zod.def.check === 'overwrite') ===
  true
