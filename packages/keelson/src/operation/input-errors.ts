/** What is wrong with an input, all at once: for each field a JSON Pointer (RFC 6901) and a sentence that helps. */
import { KeelsonError } from '../errors.js'
import type { Issue } from '../schema/parser.js'
import type { TextFields } from '../schema/text-coercion.js'

export interface FieldError {
  /** `/lines/0/quantity`; empty for the input as a whole. */
  readonly pointer: string
  readonly message: string
}

/** Most fields that are named; an answer is not to grow with what it refuses. */
const FIELDS_MAX = 100
const QUOTED_MAX = 40

/** `invalid_input` for these issues. `texts`: fields that came as text, with what they should have been. */
export function invalidInput(issues: readonly Issue[], raw: unknown, texts?: TextFields): KeelsonError {
  return inputError(issues.flatMap((issue) => fieldErrors(issue, raw, texts)).slice(0, FIELDS_MAX))
}

export const inputError = (errors: readonly FieldError[]): KeelsonError =>
  new KeelsonError('invalid_input', { details: { errors } })

function fieldErrors(issue: Issue, raw: unknown, texts: TextFields | undefined): FieldError[] {
  if (issue.code === 'unrecognized_keys') {
    return (issue.keys ?? []).map((key) => ({
      pointer: pointerOf([...issue.path, key]),
      message: 'is not a known field',
    }))
  }
  return [{ pointer: pointerOf(issue.path), message: messageOf(issue, raw, texts) }]
}

function messageOf(issue: Issue, raw: unknown, texts: TextFields | undefined): string {
  if (issue.code !== 'invalid_type') return issue.message
  const value = valueAt(raw, issue.path)
  if (value === undefined) return 'is required'
  const expectation = texts?.get(String(issue.path[0]))?.expectation
  if (expectation !== undefined) return `must be ${expectation}, not ${quoted(value)}`
  return issue.expected === 'never' ? 'is not a known field' : issue.message
}

function quoted(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
  return `\`${text.length > QUOTED_MAX ? `${text.slice(0, QUOTED_MAX)}…` : text}\``
}

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  let value = raw
  for (const part of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = (value as Record<PropertyKey, unknown>)[part]
  }
  return value
}

const pointerOf = (path: readonly PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
