/** Reading an OpenAPI document: JSON or YAML, 3.0 or 3.1, with local references. What it holds is data of others, of any shape. */
import { parse } from 'yaml'
import { Refusal } from '../root/inside.js'

export type Json = Readonly<Record<string, unknown>>

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const objectOf = (value: unknown): Json => (isObject(value) ? value : {})

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

export const textsOf = (value: unknown): string[] =>
  listOf(value).filter((item): item is string => typeof item === 'string')

/** Throws Refusal where the text is no OpenAPI 3 document. */
export function readDocument(text: string, name: string): Json {
  const document = parsed(text, name)
  if (!isObject(document) || typeof document['openapi'] !== 'string' || !document['openapi'].startsWith('3.'))
    throw new Refusal(`The ${name} document is no OpenAPI 3 document: it says no \`openapi: 3.…\`.`)
  return document
}

function parsed(text: string, name: string): unknown {
  try {
    // JSON first: it is what is usually there, and several times faster.
    if (text.trimStart().startsWith('{')) return JSON.parse(text) as unknown
    // The bound on aliases keeps a short text from becoming a huge document.
    return parse(text, { maxAliasCount: 100, logLevel: 'silent' }) as unknown
  } catch (error) {
    const reason = (error as Error).message.split('\n')[0]!
    throw new Refusal(`The ${name} document is neither JSON nor YAML: ${reason}`, { cause: error })
  }
}

const REFERENCES_MAX = 32

/** What a value says, through `$ref` within its document; `{}` where a reference leads nowhere, outside, or in a circle. */
export function resolved(document: Json, value: unknown): Json {
  let current = objectOf(value)
  for (let hop = 0; typeof current['$ref'] === 'string'; hop++) {
    if (hop === REFERENCES_MAX || !current['$ref'].startsWith('#/')) return {}
    current = objectOf(at(document, current['$ref']))
  }
  return current
}

function at(document: Json, reference: string): unknown {
  let value: unknown = document
  for (const part of reference.slice(2).split('/')) {
    const key = decoded(part).replaceAll('~1', '/').replaceAll('~0', '~')
    value = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
  }
  return value
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
