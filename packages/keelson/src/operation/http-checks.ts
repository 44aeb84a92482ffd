/** What is wrong with an operation's declaration of its HTTP side, in sentences. */
import { validateHeaderName } from 'node:http'
import { is } from 'drizzle-orm'
import { PgColumn } from 'drizzle-orm/pg-core'
import { isZod, type AnySchema } from '../schema/any-schema.js'
import { propertyOf } from './answer-headers.js'
import type { Route, Served } from './definition.js'
import { versionedRow } from './versioned-row.js'

const PATH = /^(\/(:\w+|[\w.~!$&'()+,;=@-]+))+$|^\/$/

export function problemsOfRoute(operation: Served, route: Route): string[] {
  const { name, definition } = operation
  const { path, status } = route
  if (!PATH.test(path)) return [`\`${name}\`: \`${path}\` is no path: write it like \`/orders/:id\`.`]
  const problems: string[] = []
  if (status !== undefined && (status < 200 || status > 299))
    problems.push(`\`${name}\`: status ${status} is no success: failures are declared under \`errors\`.`)
  if (definition.output !== undefined && (status === 204 || status === 205))
    problems.push(`\`${name}\`: status ${status} has no body: leave out \`output\`, or take another status.`)
  const { input } = definition
  const shape = shapeOf(input)
  for (const parameter of [...path.matchAll(/:(\w+)/g)].map((match) => match[1]!)) {
    if (input === undefined || (shape !== undefined && !(parameter in shape))) {
      problems.push(
        `\`${name}\`: the path has \`:${parameter}\`, which \`input\` lacks: add the field \`${parameter}\`.`,
      )
    }
  }
  return [...problems, ...problemsOfHeaders(operation, route), ...problemsOfVersion(operation, route)]
}

/** The fields of an object's schema; undefined where they cannot be told. */
const shapeOf = (schema: AnySchema<unknown, unknown> | undefined): object | undefined =>
  schema !== undefined && isZod(schema) && 'shape' in schema ? (schema.shape as object) : undefined

/** Headers that Keelson or the protocol decides. */
const TAKEN: ReadonlySet<string> = new Set([
  'cache-control',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'date',
  'etag',
  'idempotent-replayed',
  'location',
  'server-timing',
  'traceparent',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'vary',
  'x-request-id',
])

function problemsOfHeaders({ name, definition }: Served, { headers, cacheControl }: Route): string[] {
  const problems: string[] = []
  for (const header of Object.keys(headers ?? {})) {
    if (TAKEN.has(header.toLowerCase()))
      problems.push(
        `\`${name}\`: the header \`${header}\` is not one to declare under \`headers\`: Keelson sends it.`,
      )
    else if (!isHeaderName(header)) problems.push(`\`${name}\`: \`${header}\` is no name for a header.`)
  }
  if (cacheControl === undefined) return problems
  if (!/^[\x20-\x7e]+$/.test(cacheControl))
    problems.push(`\`${name}\`: \`cacheControl\` is no header's value.`)
  const { allow } = definition
  const isOpen = typeof allow === 'object' && allow.kind === 'anyone'
  if (!isOpen && /\b(?:public|s-maxage)\b/i.test(cacheControl))
    problems.push(
      `\`${name}\`: \`cacheControl: '${cacheControl}'\` lets shared caches give one caller's answer to others: say \`private\`, or \`allow: anyone\`.`,
    )
  return problems
}

function isHeaderName(name: string): boolean {
  try {
    validateHeaderName(name)
    return true
  } catch {
    return false
  }
}

function problemsOfVersion({ name, kind, definition }: Served, { etag, ifMatch }: Route): string[] {
  if (!is(etag, PgColumn)) {
    if (ifMatch === undefined) return []
    return [`\`${name}\`: \`ifMatch\` needs the column to compare with: add \`etag: table.version\`.`]
  }
  const problems: string[] = []
  const property = propertyOf(etag)
  const output = shapeOf(definition.output)
  if (output !== undefined && !(property in output))
    problems.push(
      `\`${name}\`: the ETag is taken from \`${property}\`, which \`output\` lacks: add the field.`,
    )
  if (kind === 'query') return problems
  const input = shapeOf(definition.input) ?? {}
  const missing = versionedRow(etag).key.filter((field) => !(field in input))
  return [
    ...problems,
    ...missing.map(
      (field) =>
        `\`${name}\`: the row that \`etag\` speaks of is found by \`${field}\`, which \`input\` lacks: add the field.`,
    ),
  ]
}
