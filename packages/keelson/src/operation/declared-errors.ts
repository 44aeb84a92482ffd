/**
 * Errors that belong to an operation's contract: declared by name with a constructor for their status, raised by
 * `fail.name(details)`, listed in OpenAPI, and kept as the answer under an Idempotency-Key like a success.
 */
import { KeelsonError, type DeclaredError } from '../errors.js'
import type { AnySchema, Value } from '../schema/any-schema.js'
import { encoderOf, type Encoder } from '../schema/output-encoder.js'

/** `D` is the schema of the members that go into the answer, or undefined where there are none. */
export interface ErrorDeclaration<
  D extends AnySchema<unknown, unknown> | undefined = AnySchema<unknown, unknown> | undefined,
> {
  readonly status: number
  readonly title: string
  readonly retryable: boolean
  readonly details: D
}

export type ErrorDeclarations = Readonly<Record<string, ErrorDeclaration>>

interface Declare {
  /** `title` is a sentence for people, the same at each occurrence. */
  (title: string): ErrorDeclaration<undefined>
  /** `details`: what the answer tells beside the title; its fields stand next to `code` in the body. */
  <D extends AnySchema<unknown, unknown>>(title: string, details: D): ErrorDeclaration<D>
}

const declares = (status: number, retryable = false): Declare =>
  ((title: string, details?: AnySchema<unknown, unknown>) =>
    Object.freeze({ status, title, retryable, details })) as Declare

/** 400 */
export const badRequest = declares(400)
/** 402 */
export const paymentRequired = declares(402)
/** 403 */
export const forbidden = declares(403)
/** 404 */
export const notFound = declares(404)
/** 409: the request conflicts with the present state. */
export const conflict = declares(409)
/** 410: it was here and will not come back. */
export const gone = declares(410)
/** 412 */
export const preconditionFailed = declares(412)
/** 422: well formed, yet it makes no sense. */
export const unprocessable = declares(422)
/** 429: may succeed later. */
export const tooManyRequests = declares(429, true)
/** 503: may succeed later; never kept under an Idempotency-Key. */
export const unavailable = declares(503, true)

/** `fail.name(details)` for each declared error; it throws, so that `value ?? fail.name()` has the type of `value`. */
export type Fail<E extends ErrorDeclarations> = {
  readonly [N in keyof E]: E[N] extends ErrorDeclaration<infer D>
    ? D extends AnySchema<unknown, unknown>
      ? (details: Value<D>) => never
      : () => never
    : never
}

/** `outOfStock` is `out_of_stock` on the wire. */
export const errorCode = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .toLowerCase()

/** Members of every problem; details may not hide them. */
export const PROBLEM_MEMBERS: readonly string[] = [
  'type',
  'title',
  'status',
  'detail',
  'code',
  'requestId',
  'errors',
  'instance',
]

/** The `fail` of an operation; made once. Throws UnfitSchemaError where details cannot be written as JSON. */
export function failOf(errors: ErrorDeclarations): Fail<ErrorDeclarations> {
  const fail: Record<string, (details?: unknown) => never> = {}
  for (const [name, declaration] of Object.entries(errors)) {
    const { status, title, retryable } = declaration
    const declared: DeclaredError = Object.freeze({ code: errorCode(name), status, title, retryable })
    const encode = declaration.details === undefined ? undefined : encoderOf(declaration.details)
    fail[name] = (details) => {
      throw new KeelsonError(
        declared,
        encode === undefined ? {} : { details: encoded(name, encode, details) },
      )
    }
  }
  return Object.freeze(fail) as Fail<ErrorDeclarations>
}

function encoded(name: string, encode: Encoder, details: unknown): Record<string, unknown> {
  const result = encode(details)
  if (result instanceof Promise) {
    throw new KeelsonError('invalid_use', {
      message: `The details of \`${name}\` may not be checked asynchronously.`,
    })
  }
  if (!result.ok) {
    const wrong = result.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')
    throw new KeelsonError('invalid_use', {
      message: `fail.${name}() was given details that it does not declare: ${wrong}`,
    })
  }
  return result.value as Record<string, unknown>
}
