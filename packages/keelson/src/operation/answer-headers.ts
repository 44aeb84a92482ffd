/** The headers of a success as its operation declares them, told from the handler's value. */
import { getTableColumns } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import { KeelsonError } from '../errors.js'
import { entityTag } from './entity-tag.js'
import type { AnyAnswerDeclaration, HeaderOf, Version } from './http-declaration.js'

/** By name in lower case. */
export type AnswerHeaders = Readonly<Record<string, string>>

export type HeadersOf = (output: unknown) => AnswerHeaders | undefined

/** Undefined where nothing is declared. `prefix`: of all paths. Throws `output_invalid` for what no header can hold. */
export function headersOf(
  declaration: AnyAnswerDeclaration,
  {
    name,
    prefix,
    hasOutput,
  }: { readonly name: string; readonly prefix: string; readonly hasOutput: boolean },
): HeadersOf | undefined {
  const { location, headers, cacheControl, etag } = declaration
  const cached = cacheControl ?? (etag === undefined || !hasOutput ? undefined : 'private, no-cache')
  const told: [string, HeaderOf<unknown>][] = Object.entries(headers ?? {}).map(([header, of]) => [
    header.toLowerCase(),
    of as HeaderOf<unknown>,
  ])
  if (cached !== undefined) told.push(['cache-control', () => cached])
  if (location !== undefined)
    told.push(['location', located(prefix, location as (output: unknown) => string)])
  if (etag !== undefined && hasOutput) told.push(['etag', tagged(etag)])
  if (told.length === 0) return undefined
  return (output) => {
    const answer: Record<string, string> = {}
    for (const [header, of] of told) {
      const value = of(output)
      if (value !== undefined) answer[header] = checked(name, header, String(value))
    }
    return answer
  }
}

/** Paths are the application's own and get its prefix; whole URLs stay. */
const located =
  (prefix: string, locate: (output: unknown) => string) =>
  (output: unknown): string => {
    const location = locate(output)
    const whole = location.startsWith('/') ? prefix + location : location
    // A key may hold any character; a header may not.
    return whole.toWellFormed().replaceAll(/[^\x21-\x7e]+/g, encodeURIComponent)
  }

function tagged(etag: NonNullable<AnyAnswerDeclaration['etag']>): HeaderOf<unknown> {
  if (typeof etag === 'function') return (output) => entityTag(etag(output as never))
  const property = propertyOf(etag)
  return (output) => entityTag((output as Record<string, Version>)[property]!)
}

/** The name by which handlers know a column. */
export const propertyOf = (column: PgColumn): string =>
  Object.entries(getTableColumns(column.table)).find(([, each]) => each === column)![0]

/** RFC 9110, 5.5. Anything else would end the response, or begin another header. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

function checked(operation: string, header: string, value: string): string {
  if (VALUE.test(value)) return value
  throw new KeelsonError('output_invalid', {
    message: `\`${operation}\` gives the header \`${header}\` a value that no header can hold.`,
  })
}
