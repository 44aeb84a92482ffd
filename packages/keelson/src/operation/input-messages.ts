/** What is wrong with one field, in a sentence for people who have not read the schema. Messages of the schema's own stay. */
import * as z from 'zod'
import type { Issue } from '../schema/parser.js'

/** An issue as Zod tells it: `code` decides which of the others are there. */
interface ZodIssue extends Issue {
  readonly origin?: string
  readonly minimum?: number | bigint
  readonly maximum?: number | bigint
  readonly inclusive?: boolean
  readonly exact?: boolean
  readonly divisor?: number | bigint
  readonly format?: string
  readonly prefix?: string
  readonly suffix?: string
  readonly includes?: string
  readonly pattern?: string
  readonly values?: readonly unknown[]
  readonly errors?: readonly (readonly ZodIssue[])[]
  readonly options?: readonly unknown[]
}

const QUOTED_MAX = 40

/** `expectation`: what the field's text should have been, where it came as text. */
export function sentenceOf(issue: Issue, value: unknown, expectation: string | undefined): string {
  if (issue.code === undefined || isOwn(issue)) return issue.message
  const known = issue as ZodIssue
  if (value === undefined && MISSING.has(issue.code)) return 'Is required.'
  switch (issue.code) {
    case 'invalid_type':
      if (issue.expected === 'never') return UNKNOWN_FIELD
      if (expectation !== undefined && typeof value === 'string')
        return `Must be ${expectation}, not ${quoted(value)}.`
      return `Must be ${NAMES[issue.expected ?? ''] ?? `of the type ${issue.expected}`}, not ${kindOf(value)}.`
    case 'too_small':
      return bound(known, known.minimum!, ['at least', 'more than'])
    case 'too_big':
      return bound(known, known.maximum!, ['at most', 'less than'])
    case 'not_multiple_of':
      return `Must be a multiple of ${known.divisor}.`
    case 'invalid_value':
      return `Must be ${choice(known.values ?? [])}, not ${quoted(value)}.`
    case 'invalid_format':
      return format(known)
    case 'invalid_union':
      return union(known)
    case 'invalid_key':
      return 'Is not a name that is allowed here.'
    default:
      return 'Is not valid.'
  }
}

export const UNKNOWN_FIELD = 'Is not a known field.'

/** Codes that a field that was left out can have. */
const MISSING: ReadonlySet<string> = new Set(['invalid_type', 'invalid_value', 'invalid_union'])

/** Whether the message is the schema's own rather than Zod's. */
function isOwn(issue: Issue): boolean {
  // What Zod says of types tells of the input too, which is not at hand any more.
  if (issue.code === 'invalid_type') return !issue.message.startsWith('Invalid input: expected ')
  const usual = z.config().localeError?.(issue as never)
  const text = typeof usual === 'object' ? usual?.message : usual
  return text !== issue.message && issue.message !== 'Invalid input'
}

const NAMES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  bigint: 'a whole number',
  boolean: '`true` or `false`',
  array: 'a list',
  tuple: 'a list',
  object: 'an object',
  record: 'an object',
  date: 'a date and time',
  null: 'null',
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'an object'
  if (typeof value === 'string') return 'a text'
  return quoted(value)
}

/** Words for a bound that is met, and for one that is not. */
function bound(
  { origin, inclusive, exact, minimum }: ZodIssue,
  limit: number | bigint,
  [within, beyond]: readonly [string, string],
): string {
  const unit = UNITS[origin ?? '']
  if (unit !== undefined) {
    if (minimum === 1 && exact !== true) return 'Must not be empty.'
    return `Must have ${exact === true ? 'exactly' : within} ${limit} ${Number(limit) === 1 ? unit.slice(0, -1) : unit}.`
  }
  const shown = origin === 'date' ? new Date(Number(limit)).toISOString() : String(limit)
  return `Must be ${inclusive === false ? beyond : within} ${shown}.`
}

const UNITS: Readonly<Record<string, string>> = {
  string: 'characters',
  array: 'items',
  set: 'items',
  map: 'fields',
  object: 'fields',
}

const FORMATS: Readonly<Record<string, string>> = {
  uuid: 'a UUID',
  email: 'an e-mail address',
  url: 'a URL',
  datetime: 'a date and time such as `2026-01-31T12:00:00Z` (RFC 3339)',
  date: 'a date such as `2026-01-31` (RFC 3339)',
  time: 'a time such as `12:00:00`',
  ipv4: 'an IPv4 address',
  ipv6: 'an IPv6 address',
  json_string: 'JSON',
  e164: 'a telephone number such as `+491234567`',
}

function format({ format: name = '', prefix, suffix, includes, pattern }: ZodIssue): string {
  if (prefix !== undefined) return `Must begin with ${quoted(prefix)}.`
  if (suffix !== undefined) return `Must end with ${quoted(suffix)}.`
  if (includes !== undefined) return `Must contain ${quoted(includes)}.`
  if (name === 'regex') return `Must match \`${pattern}\`.`
  return `Must be ${FORMATS[name] ?? `a valid ${name.replaceAll('_', ' ')}`}.`
}

function union({ errors = [], options }: ZodIssue): string {
  if (options !== undefined && options.length > 0) return `Must be ${choice(options)}.`
  const kinds = errors.map(([first]) =>
    first?.code === 'invalid_type' && first.path.length === 0 ? NAMES[first.expected ?? ''] : undefined,
  )
  if (kinds.length > 0 && kinds.every((kind) => kind !== undefined)) return `Must be ${anyOf(kinds)}.`
  return 'Has none of the forms that are allowed here.'
}

const choice = (values: readonly unknown[]): string => anyOf(values.map(quoted))

const anyOf = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`

function quoted(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))
  return `\`${text.length > QUOTED_MAX ? `${text.slice(0, QUOTED_MAX)}…` : text}\``
}
