/**
 * A value that fits a JSON Schema, for examples in OpenAPI: what the schema itself gives as an example or a default, else
 * something simple. Undefined where no value is certain to fit, such as for most patterns: no example is better than a
 * wrong one.
 */
import type { Components, JsonSchema } from '../schema/json-schema.js'

const DEPTH_MAX = 8
const TEXT = 'text'

const BY_FORMAT: Readonly<Record<string, string>> = {
  uuid: '01981c9b-7d6e-7cc3-98f5-0123456789ab',
  guid: '01981c9b-7d6e-7cc3-98f5-0123456789ab',
  'date-time': '2026-01-31T12:00:00.000Z',
  date: '2026-01-31',
  time: '12:00:00',
  email: 'someone@example.com',
  uri: 'https://example.com',
  hostname: 'example.com',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
}

/** Texts for patterns that carry no format: digits of whole numbers and decimals. */
const BY_PATTERN = ['1', '1.00', 'AAAA', TEXT]

export function exampleOf(schema: unknown, components: Components, depth = 0): unknown {
  if (typeof schema !== 'object' || schema === null || depth > DEPTH_MAX) return undefined
  const node = schema as JsonSchema
  if (typeof node['$ref'] === 'string') {
    const name = node['$ref'].slice(node['$ref'].lastIndexOf('/') + 1)
    return exampleOf(components.get(name), components, depth + 1)
  }
  if (Array.isArray(node['examples'])) return node['examples'][0]
  for (const keyword of ['example', 'default', 'const']) if (keyword in node) return node[keyword]
  if (Array.isArray(node['enum'])) return node['enum'][0]
  const choices = (node['anyOf'] ?? node['oneOf']) as unknown[] | undefined
  if (choices !== undefined) return firstOf(choices, components, depth)
  if (node['allOf'] !== undefined || node['not'] !== undefined) return undefined
  return ofType([node['type']].flat()[0], node, components, depth)
}

function firstOf(choices: readonly unknown[], components: Components, depth: number): unknown {
  for (const choice of choices) {
    const example = exampleOf(choice, components, depth + 1)
    if (example !== undefined) return example
  }
  return undefined
}

function ofType(type: unknown, node: JsonSchema, components: Components, depth: number): unknown {
  switch (type) {
    case 'object':
      return ofObject(node, components, depth)
    case 'array':
      return ofArray(node, components, depth)
    case 'string':
      return ofText(node)
    case 'integer':
    case 'number':
      return ofNumber(node)
    case 'boolean':
      return true
    case 'null':
      return null
    default:
      return undefined
  }
}

/** Only what is required: short, and nothing that needs a further right. */
function ofObject(node: JsonSchema, components: Components, depth: number): unknown {
  const properties = (node['properties'] ?? {}) as Record<string, JsonSchema>
  const example: Record<string, unknown> = {}
  for (const name of (node['required'] ?? []) as string[]) {
    const value = exampleOf(properties[name], components, depth + 1)
    if (value === undefined) return undefined
    example[name] = value
  }
  return example
}

function ofArray(node: JsonSchema, components: Components, depth: number): unknown {
  if (node['prefixItems'] !== undefined || node['uniqueItems'] === true) return undefined
  const element = exampleOf(node['items'], components, depth + 1)
  const min = Number(node['minItems'] ?? 0)
  const max = Number(node['maxItems'] ?? Infinity)
  if (element === undefined) return min === 0 ? [] : undefined
  return Array.from({ length: Math.min(max, Math.max(1, min)) }, () => element)
}

function ofText(node: JsonSchema): string | undefined {
  const { format, pattern } = node
  const min = Number(node['minLength'] ?? 0)
  const max = Number(node['maxLength'] ?? Infinity)
  const fits = (text: string): boolean =>
    text.length >= min && text.length <= max && (typeof pattern !== 'string' || matches(pattern, text))
  if (typeof format === 'string') {
    const known = BY_FORMAT[format]
    return known !== undefined && fits(known) ? known : undefined
  }
  const plain = TEXT.repeat(Math.max(1, Math.ceil(min / TEXT.length))).slice(0, max)
  return [...(typeof pattern === 'string' ? BY_PATTERN : []), plain].find(fits)
}

function matches(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(text)
  } catch {
    // A pattern of another dialect: nothing is certain to fit it.
    return false
  }
}

function ofNumber(node: JsonSchema): number | undefined {
  if (node['multipleOf'] !== undefined) return undefined
  const above = node['exclusiveMinimum']
  const lowest = Number(node['minimum'] ?? (above === undefined ? -Infinity : Number(above) + 1))
  const below = node['exclusiveMaximum']
  const highest = Number(node['maximum'] ?? (below === undefined ? Infinity : Number(below) - 1))
  const example = Math.min(Math.max(1, Math.ceil(lowest)), highest)
  return example >= lowest && example <= highest ? example : undefined
}
