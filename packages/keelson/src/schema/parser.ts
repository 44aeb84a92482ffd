/**
 * A schema as a function from a value to a value or a list of issues. Zod schemas are compiled; the promise is only
 * there for schemas with asynchronous refinements and for other libraries that answer with one.
 */
import * as z from 'zod'
import { isZod, type AnySchema } from './any-schema.js'

export interface Issue {
  readonly path: readonly PropertyKey[]
  readonly message: string
  /** Zod's code of the issue, where it is Zod's. */
  readonly code?: string
  /** The unknown fields, where the code is `unrecognized_keys`. */
  readonly keys?: readonly string[]
  /** The type that was expected, where the code is `invalid_type`. */
  readonly expected?: string
}

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly issues: readonly Issue[] }

export type Parser<T> = (value: unknown) => Parsed<T> | Promise<Parsed<T>>

export function parserOf<T>(schema: AnySchema<unknown, unknown>): Parser<T> {
  return isZod(schema) ? zodParser(schema) : standardParser(schema)
}

function zodParser<T>(schema: z.ZodType): Parser<T> {
  const compiled = z.compile(schema)
  let asynchronous = false
  return (value) => {
    if (asynchronous) return compiled.safeParseAsync(value).then(parsedByZod<T>)
    try {
      return parsedByZod<T>(compiled.safeParse(value))
    } catch (error) {
      if (!(error instanceof z.core.$ZodAsyncError)) throw error
      asynchronous = true
      return compiled.safeParseAsync(value).then(parsedByZod<T>)
    }
  }
}

const parsedByZod = <T>(result: z.ZodSafeParseResult<unknown>): Parsed<T> =>
  result.success ? { ok: true, value: result.data as T } : { ok: false, issues: result.error.issues }

function standardParser<T>(schema: AnySchema<unknown, unknown>): Parser<T> {
  const parsed = (result: Awaited<ReturnType<(typeof schema)['~standard']['validate']>>): Parsed<T> =>
    result.issues === undefined
      ? { ok: true, value: result.value as T }
      : {
          ok: false,
          issues: result.issues.map(({ message, path }) => ({ message, path: plainPath(path ?? []) })),
        }
  return (value) => {
    const result = schema['~standard'].validate(value)
    return result instanceof Promise ? result.then(parsed) : parsed(result)
  }
}

const plainPath = (path: readonly (PropertyKey | { readonly key: PropertyKey })[]): readonly PropertyKey[] =>
  path.map((part) => (typeof part === 'object' ? part.key : part))
