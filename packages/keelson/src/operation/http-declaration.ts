/** What an operation declares of its answers over HTTP: status, headers, how long they may be kept, and their version. */
import type { PgColumn } from 'drizzle-orm/pg-core'

/** A version as handlers hold it; each change of the resource gives it another. */
export type Version = string | number | bigint | Date

/** Tells one header's value from the handler's value; undefined leaves the header out. */
export type HeaderOf<R> = (output: R) => string | number | undefined

/** `R` is the value of the handler. */
export interface AnswerDeclaration<R> {
  /** Status of a success. Default: 200, or 204 without an output. */
  readonly status?: number
  /** The path of what was made, without the application's prefix; sent as `Location`. */
  readonly location?: (output: R) => string
  /** Further headers of a success, by name: `{ 'X-Total-Count': (page) => page.total }`. */
  readonly headers?: Readonly<Record<string, HeaderOf<R>>>
  /**
   * `Cache-Control` of a success, such as `public, max-age=60`; shared caches only for `allow: anyone`. Default:
   * `no-store`; `private, no-cache` with an `etag`.
   */
  readonly cacheControl?: string
  /**
   * The version of what is answered, sent as `ETag` (RFC 9110, 8.8.3). A column of a table, `items.version`, is taken
   * from the output's field of that name; on a command it is also what `If-Match` and `If-None-Match` are compared with,
   * in the row whose key the input holds, inside of the command's own run.
   */
  readonly etag?: PgColumn | ((output: R) => Version)
}

/** An answer's declaration with its types erased. */
export type AnyAnswerDeclaration = AnswerDeclaration<never>
