/**
 * The one error class and the one table of errors. Every answer that is not a success names a `code` from this
 * table, or one that an operation declared; docs/errors.md is the same table in prose, and a test keeps the two equal.
 */

export interface ErrorEntry {
  readonly status: number
  readonly title: string
  /** Whether the same request, sent again unchanged, may succeed. */
  readonly retryable: boolean
  /** What the reader of the error should do. */
  readonly action: string
}

const entry = (status: number, title: string, retryable: boolean, action: string): ErrorEntry =>
  Object.freeze({ status, title, retryable, action })

export const ERRORS = Object.freeze({
  invalid_input: entry(400, 'The input is not valid.', false, 'Correct the fields that `errors` points to.'),
  invalid_request: entry(400, 'This is not a valid HTTP request.', false, 'Send well-formed HTTP/1.1.'),
  invalid_json: entry(400, 'The body is not valid JSON.', false, 'Send a JSON document as UTF-8.'),
  invalid_cursor: entry(400, 'The cursor is not valid here.', false, 'Start again without `cursor`.'),
  invalid_idempotency_key: entry(
    400,
    'The Idempotency-Key is not valid.',
    false,
    'Send 1 to 255 visible characters, such as a UUID.',
  ),
  idempotency_key_required: entry(
    400,
    'This operation needs an Idempotency-Key.',
    false,
    'Send `Idempotency-Key` with a value of your own for each request, the same when you repeat it.',
  ),
  unauthenticated: entry(
    401,
    'This operation needs a signed-in caller.',
    false,
    'Send `Authorization: Bearer <key>`.',
  ),
  forbidden: entry(
    403,
    'The caller may not do this.',
    false,
    'Ask for the permission that the operation requires.',
  ),
  scope_required: entry(
    403,
    'The caller lacks a scope that this needs.',
    false,
    'Ask for a key with the scope that `scope` names.',
  ),
  not_found: entry(404, 'There is nothing here.', false, 'Check the address or the key.'),
  method_not_allowed: entry(
    405,
    'This method is not offered here.',
    false,
    'Use a method that the `Allow` header lists.',
  ),
  not_acceptable: entry(
    406,
    'The answer would be JSON, which the request does not accept.',
    false,
    'Send `Accept: application/json`, or none.',
  ),
  request_timeout: entry(
    408,
    'The request took too long to arrive.',
    true,
    'Send the same request again, faster.',
  ),
  conflict: entry(
    409,
    'The request conflicts with the present state.',
    false,
    'Read the present state, then decide.',
  ),
  unique_violation: entry(
    409,
    'A value that must be unique is taken.',
    false,
    'Choose another value for the fields named.',
  ),
  foreign_key_violation: entry(
    409,
    'A row that this one needs, or that needs it, stands in the way.',
    false,
    'Create the row referred to first, or remove those that refer to it.',
  ),
  exclusion_violation: entry(
    409,
    'The values overlap with others that exclude them.',
    false,
    'Choose values that do not overlap.',
  ),
  idempotency_in_progress: entry(
    409,
    'The first request with this Idempotency-Key is still running.',
    true,
    'Wait, then send the same request again.',
  ),
  precondition_failed: entry(
    412,
    'It is not at the version that the request names.',
    false,
    'Read it again, then decide anew with its `ETag`.',
  ),
  body_too_large: entry(413, 'The body is too large.', false, 'Send less at once.'),
  uri_too_long: entry(414, 'The address is too long.', false, 'Send less in the query string.'),
  unsupported_media_type: entry(
    415,
    'The body is not JSON.',
    false,
    'Send `Content-Type: application/json`.',
  ),
  check_violation: entry(422, 'A value breaks a rule of the table.', false, 'Correct the fields named.'),
  not_null_violation: entry(422, 'A value is missing.', false, 'Give the field named.'),
  value_out_of_range: entry(
    422,
    'A value does not fit its column.',
    false,
    'Send a value within the range of the column.',
  ),
  idempotency_key_reused: entry(
    422,
    'This Idempotency-Key belongs to another request.',
    false,
    'Use a new key for a new request.',
  ),
  precondition_required: entry(
    428,
    'This must say which version it changes.',
    false,
    'Read it, then send its `ETag` as `If-Match`.',
  ),
  headers_too_large: entry(431, 'The headers are too large.', false, 'Send fewer or shorter headers.'),
  internal: entry(500, 'Something is wrong on our side.', false, 'Report the request id.'),
  output_invalid: entry(
    500,
    'The operation answered with something it did not declare.',
    false,
    'Report the request id.',
  ),
  method_not_implemented: entry(501, 'This method is known nowhere here.', false, 'Use a method of HTTP.'),
  authentication_unavailable: entry(
    503,
    'Who is calling could not be told.',
    true,
    'Send the same request again after `Retry-After`.',
  ),
  database_unavailable: entry(
    503,
    'The database cannot be reached.',
    true,
    'Send the same request again after `Retry-After`.',
  ),
  outcome_unknown: entry(
    503,
    'Whether the request took effect could not be learned.',
    true,
    'Send the same request again with the same Idempotency-Key; without one, look first whether it took effect.',
  ),
  overloaded: entry(
    503,
    'There is more work than can be taken on.',
    true,
    'Send the same request again after `Retry-After`.',
  ),
  shutting_down: entry(503, 'This process is stopping.', true, 'Send the same request again.'),
  timeout: entry(
    504,
    'The operation took longer than it may.',
    true,
    'Send the same request again, with the same Idempotency-Key.',
  ),
  handler_not_repeatable: entry(
    500,
    'The handler did something else when it ran again.',
    false,
    'Take from `tx`, `now`, `id()` and the input what differs; in development and tests only.',
  ),
  invalid_definition: entry(
    500,
    'The application is not declared rightly.',
    false,
    'Correct each line that the message names.',
  ),
  invalid_configuration: entry(
    500,
    'The configuration is not valid.',
    false,
    'Correct each variable that the message names.',
  ),
  invalid_use: entry(
    500,
    'A handler used Keelson in a way that cannot work.',
    false,
    'Do what the message says instead.',
  ),
  too_many_waves: entry(
    500,
    'A command reads one after the other what it could read at once.',
    false,
    'Read many at once, as the message says.',
  ),
  migration_failed: entry(
    500,
    'A migration could not be applied.',
    false,
    'Correct what the message names, then start again.',
  ),
}) satisfies Readonly<Record<string, ErrorEntry>>

export type ErrorCode = keyof typeof ERRORS

export interface ErrorOptions {
  /** A sentence for this occurrence. Default: the title of the table. */
  readonly message?: string
  /** Members that go into the answer beside the standard ones. Must be safe to show to the caller. */
  readonly details?: Readonly<Record<string, unknown>>
  readonly cause?: unknown
}

/** Every error that Keelson raises, and every error that an operation declares. */
export class KeelsonError extends Error {
  override readonly name = 'KeelsonError'
  readonly code: string
  readonly status: number
  readonly title: string
  readonly retryable: boolean
  readonly details: Readonly<Record<string, unknown>> | undefined
  /** Whether the operation declared it: a value of its contract rather than an accident. */
  readonly declared: boolean

  constructor(code: ErrorCode | DeclaredError, options: ErrorOptions = {}) {
    const known = typeof code === 'string' ? ERRORS[code] : code
    super(options.message ?? known.title, { cause: options.cause })
    this.code = typeof code === 'string' ? code : code.code
    this.declared = typeof code !== 'string'
    this.status = known.status
    this.title = known.title
    this.retryable = known.retryable
    this.details = options.details
  }
}

/** An error that an operation declared: its code is the declared name in snake_case. */
export interface DeclaredError {
  readonly code: string
  readonly status: number
  readonly title: string
  readonly retryable: boolean
}
