/** The command line, taken apart. */
import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { Confidence } from '../finding.js'
import { suggestion } from '../nearest.js'
import { CONFIDENCES, FAIL_ON, type FailOn } from '../severity.js'
import { UsageError } from './failure.js'
import { OPTIONS } from './options.js'

const FORMATS = ['text', 'json', 'sarif', 'github'] as const
export type Format = (typeof FORMATS)[number]

export interface Destination {
  readonly format: Format
  /** Undefined: stdout. */
  readonly file: string | undefined
}

export interface ReviewCommand {
  readonly command: 'review'
  readonly root: string
  readonly paths: readonly string[]
  /** Undefined: all. */
  readonly rules: readonly string[] | undefined
  readonly minConfidence: Confidence | undefined
  readonly failOn: FailOn | undefined
  /** `base` undefined: the first of the usual ones. */
  readonly changed: { readonly base: string | undefined } | undefined
  readonly baseline: { readonly file: string | undefined; readonly use: 'read' | 'write' | 'none' }
  readonly fix: 'write' | 'dry-run' | undefined
  readonly destinations: readonly Destination[]
}

export type CommandLine =
  | { readonly command: 'help' | 'version' | 'list-rules' }
  | { readonly command: 'explain'; readonly rule: string }
  | ReviewCommand

/** Throws UsageError. `exists` tells a path from the base of `--changed`. */
export function parseCommandLine(
  words: readonly string[],
  exists: (path: string) => boolean = existsSync,
): CommandLine {
  const { values, positionals, tokens } = parsed(withBase(words, exists))
  if (values.help === true) return { command: 'help' }
  if (values.version === true) return { command: 'version' }
  if (values['list-rules'] === true) return { command: 'list-rules' }
  if (values.explain !== undefined) return { command: 'explain', rule: values.explain }
  if (values.fix === true && values['fix-dry-run'] === true)
    throw new UsageError('--fix writes, --fix-dry-run does not: choose one.')
  return {
    command: 'review',
    root: values.root ?? '.',
    paths: positionals,
    rules: values.rule,
    minConfidence: oneOf('min-confidence', values['min-confidence'], CONFIDENCES),
    failOn: oneOf('fail-on', values['fail-on'], FAIL_ON),
    changed: values.changed === undefined ? undefined : { base: values.changed || undefined },
    baseline: baselineOf(values),
    fix: values.fix === true ? 'write' : values['fix-dry-run'] === true ? 'dry-run' : undefined,
    destinations: destinationsOf(tokens),
  }
}

/** `--changed` may stand alone; a word behind it that is no path is its base. */
function withBase(words: readonly string[], exists: (path: string) => boolean): string[] {
  const at = words.indexOf('--changed')
  const end = words.indexOf('--')
  if (at < 0 || (end >= 0 && end < at)) return [...words]
  const next = words[at + 1]
  const isBase = next !== undefined && !next.startsWith('-') && !exists(next)
  return [...words.slice(0, at), `--changed=${isBase ? next : ''}`, ...words.slice(isBase ? at + 2 : at + 1)]
}

function parsed(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options: OPTIONS, allowPositionals: true, tokens: true })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const option = /'(-[^' ]*)/.exec(message)?.[1]
    if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION' && option !== undefined) {
      const names = Object.keys(OPTIONS).map((name) => `--${name}`)
      throw new UsageError(`There is no option \`${option}\`.${suggestion(option, names)}`, { cause: error })
    }
    // Node's first sentence says it; the rest is advice about dashes.
    throw new UsageError(`${message.split('. ')[0]!.split('\n')[0]!.replace(/\.$/, '')}.`, { cause: error })
  }
}

function oneOf<const Word extends string>(
  option: string,
  given: string | undefined,
  allowed: readonly Word[],
): Word | undefined {
  const found = allowed.find((word) => word === given)
  if (given !== undefined && found === undefined)
    throw new UsageError(
      `--${option} is \`${given}\`, but must be one of ${allowed.join(', ')}.${suggestion(given, allowed)}`,
    )
  return found
}

interface BaselineValues {
  readonly baseline?: string
  readonly 'no-baseline'?: boolean
  readonly 'write-baseline'?: boolean
}

function baselineOf(values: BaselineValues): ReviewCommand['baseline'] {
  const { baseline: file, 'no-baseline': isOff = false, 'write-baseline': isWritten = false } = values
  if (isOff && (isWritten || file !== undefined))
    throw new UsageError('--no-baseline does not go with --baseline or --write-baseline.')
  return { file, use: isOff ? 'none' : isWritten ? 'write' : 'read' }
}

interface Token {
  readonly kind: string
  readonly name?: string
  readonly value?: string | undefined
}

function destinationsOf(tokens: readonly Token[]): readonly Destination[] {
  const destinations: { format: Format; file: string | undefined }[] = []
  for (const { name, value } of tokens.filter(({ kind }) => kind === 'option')) {
    if (name === 'json') destinations.push({ format: 'json', file: undefined })
    if (name === 'format') destinations.push({ format: oneOf('format', value, FORMATS)!, file: undefined })
    if (name !== 'output') continue
    const last = destinations.at(-1)
    if (last === undefined || last.file !== undefined)
      throw new UsageError('--output belongs to a format: --format sarif --output review.sarif')
    last.file = value
  }
  const shown = destinations.filter(({ file }) => file === undefined).map(({ format }) => format)
  // Annotations are lines among others to GitHub; a document must stand alone.
  if (shown.length > 1 && shown.some((format) => format === 'json' || format === 'sarif'))
    throw new UsageError(`${shown.join(' and ')} cannot share stdout: give one an --output.`)
  if (shown.length === 0) destinations.push({ format: 'text', file: undefined })
  return destinations
}
