/** What is wrong with an input, all at once: for each field a JSON Pointer (RFC 6901) and a sentence that helps. */
import { KeelsonError } from '../errors.js'
import type { Issue } from '../schema/parser.js'
import type { TextFields } from '../schema/text-coercion.js'
import { sentenceOf, UNKNOWN_FIELD } from './input-messages.js'

export interface FieldError {
  /** `/lines/0/quantity`; empty for the input as a whole. */
  readonly pointer: string
  readonly message: string
}

/** How an input came: fields that came as text, and whether all of them did. */
export interface InputOrigin {
  readonly texts: TextFields
  /** From the query string, where a field may be given twice. */
  readonly isQuery: boolean
}

/** Most fields that are named; an answer is not to grow with what it refuses. */
export const FIELDS_MAX = 100

/** `invalid_input` for these issues. */
export function invalidInput(issues: readonly Issue[], raw: unknown, origin?: InputOrigin): KeelsonError {
  return inputError(issues.flatMap((issue) => fieldErrors(issue, raw, origin)).slice(0, FIELDS_MAX))
}

export const inputError = (errors: readonly FieldError[]): KeelsonError =>
  new KeelsonError('invalid_input', { details: { errors } })

function fieldErrors(issue: Issue, raw: unknown, origin: InputOrigin | undefined): FieldError[] {
  if (issue.code === 'unrecognized_keys') {
    return (issue.keys ?? []).map((key) => ({
      pointer: pointerOf([...issue.path, key]),
      message: UNKNOWN_FIELD,
    }))
  }
  return [{ pointer: pointerOf(issue.path), message: messageOf(issue, raw, origin) }]
}

function messageOf(issue: Issue, raw: unknown, origin: InputOrigin | undefined): string {
  const value = valueAt(raw, issue.path)
  if (origin?.isQuery === true && issue.path.length === 1 && Array.isArray(value) && issue.code !== 'too_big')
    return `Is given ${value.length} times: give it once.`
  return sentenceOf(issue, value, origin?.texts.get(String(issue.path[0]))?.expectation)
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
