/** A JSON Schema as people read it: a type in a few words, and a list of its fields. */
import { inline, make } from './elements.js'

export function resolve(api, schema) {
  if (!schema?.$ref) return schema ?? {}
  return resolve(
    api,
    schema.$ref
      .split('/')
      .slice(1)
      .reduce((at, name) => at?.[name], api),
  )
}

/** `integer, 1 to 100`, `text (uuid)`, `list of text`. */
export function typeOf(api, given) {
  const schema = resolve(api, given)
  if ('const' in schema) return JSON.stringify(schema.const)
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ')
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) return [...new Set(choices.map((choice) => typeOf(api, choice)))].join(' | ')
  if (schema.allOf) return 'object'
  if (schema.type === 'array') return `list of ${typeOf(api, schema.items)}`
  const type = [schema.type ?? 'any'].flat().join(' | ')
  return type + (schema.format ? ` (${schema.format})` : '') + bounds(schema)
}

/** Bounds of 32 bits and beyond say nothing to a reader. */
const tells = (bound) => bound !== undefined && Math.abs(bound) < 2 ** 31 - 1

function bounds(schema) {
  const low = schema.minimum ?? schema.minLength
  const high = schema.maximum ?? schema.maxLength
  const unit = schema.type === 'string' ? ' characters' : ''
  if (tells(low) && tells(high)) return `, ${low} to ${high}${unit}`
  if (tells(low)) return `, at least ${low}${unit}`
  return tells(high) ? `, at most ${high}${unit}` : ''
}

/** The fields of an object, or of the objects in a list; undefined where there are none. */
export function fieldsOf(api, given, depth = 0) {
  const schema = resolve(api, given)
  if (depth > 5) return undefined
  const parts = [schema, ...(schema.allOf ?? [])].map((part) => resolve(api, part))
  const required = new Set(parts.flatMap((part) => part.required ?? []))
  const fields = parts.flatMap((part) => Object.entries(part.properties ?? {}))
  if (fields.length > 0) {
    return make(
      'ul',
      { className: 'fields' },
      fields.map(([name, part]) =>
        make(
          'li',
          {},
          make('span', { className: 'mono', textContent: name + (required.has(name) ? '' : '?') }),
          make('span', { className: 'faint', textContent: ` ${typeOf(api, part)} ` }),
          inline(resolve(api, part).description ?? ''),
          fieldsOf(api, part, depth + 1),
        ),
      ),
    )
  }
  const inner = [schema.items, ...(schema.anyOf ?? schema.oneOf ?? [])].filter(Boolean)
  return inner.map((part) => fieldsOf(api, part, depth + 1)).find((found) => found !== undefined)
}
