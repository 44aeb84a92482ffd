/** What Keelson adds to schemas of other libraries, so that the same is refused and the same is kept as with Zod. */
import { isZod, type AnySchema } from '../schema/any-schema.js'
import { DescribedFields } from '../schema/described-fields.js'
import { descriptionOf, undescribed } from '../schema/described.js'
import type { Encoder } from '../schema/output-encoder.js'
import type { Issue, Parser } from '../schema/parser.js'

/** The fields of a schema of another library, where it tells them; Zod's own are seen to by its schemas. */
export function fieldsOf(schema: AnySchema<unknown, unknown>): DescribedFields | undefined {
  if (isZod(schema) || undescribed(schema, '') !== undefined) return undefined
  return new DescribedFields(descriptionOf(schema)!)
}

/** Also refuses fields that the library would let pass. */
export function refusing(parse: Parser<unknown>, fields: DescribedFields | undefined): Parser<unknown> {
  if (fields === undefined) return parse
  return async (value) => {
    const unknown = fields.unknownIn(value)
    const parsed = await parse(value)
    if (unknown.length === 0) return parsed
    // Where the library refuses unknown fields itself, one word is enough.
    const others = parsed.ok ? [] : parsed.issues.filter(({ path }) => !names(unknown, path))
    return { ok: false, issues: [...unknown, ...others] }
  }
}

const names = (unknown: readonly Issue[], path: readonly PropertyKey[]): boolean =>
  unknown.some((issue) =>
    issue.keys!.some((key) => [...issue.path, key].map(String).join('/') === path.map(String).join('/')),
  )

/** Also drops fields that the library would let leave. */
export function keeping(encode: Encoder, fields: DescribedFields | undefined): Encoder {
  if (fields === undefined) return encode
  return async (value) => {
    const encoded = await encode(value)
    return encoded.ok ? { ok: true, value: fields.known(encoded.value) } : encoded
  }
}
