/**
 * The waves of one run, by shape. Reads that are wanted at the same moment are one wave; a handler that awaits each
 * before the next, as in a loop, makes one for each, and waits for the database as often.
 */
import { fileURLToPath } from 'node:url'
import { KeelsonError } from '../errors.js'
import type { TableInfo } from '../schema/table.js'
import type { Shape } from './port.js'

/** Waves of one shape that a command may make. */
export const WAVES_MAX = 8

interface Reads {
  waves: number
  underWay: number
}

export class WaveCount {
  readonly #name: string
  readonly #fails: boolean
  readonly #count: () => void
  readonly #reads = new Map<TableInfo | Shape, Reads>()
  /** What the command fails with, whatever its handler makes of it. */
  misuse: KeelsonError | undefined
  /** Statements that the run waited for. */
  waves = 0

  /** `fails`: too many are an error, and not only counted. */
  constructor(name: string, fails: boolean, count: () => void) {
    this.#name = name
    this.#fails = fails
    this.#count = count
  }

  /** A read goes out, of a table's rows by key or of a shape. Throws `too_many_waves`. */
  wants(of: TableInfo | Shape): void {
    let reads = this.#reads.get(of)
    if (reads === undefined) this.#reads.set(of, (reads = { waves: 0, underWay: 0 }))
    if (reads.underWay++ > 0) return
    this.waves++
    if (++reads.waves !== WAVES_MAX + 1) return
    this.#count()
    if (!this.#fails) return
    this.misuse ??= tooManyWaves(this.#name, of)
    throw this.misuse
  }

  has(of: TableInfo | Shape): void {
    this.#reads.get(of)!.underWay--
  }
}

function tooManyWaves(name: string, of: TableInfo | Shape): KeelsonError {
  const place = callerOfKeelson()
  const isList = 'conditions' in of
  const table = (isList ? of.table : of).name.replace(/^.*\./, '')
  const reads = isList ? `lists or counts ${table}` : `reads rows of ${table}`
  const instead = isList
    ? `tx.children(parents, ${table}), or one list with \`in\``
    : `tx.getMany(${table}, keys)`
  return new KeelsonError('too_many_waves', {
    message: `${name} ${reads} one after the other, more than ${WAVES_MAX} times, at ${place ?? 'an unknown place'}. Read all at once: ${instead}.`,
  })
}

/** The line of the handler that asked, as `file:line:column`: the first one outside of Keelson. */
function callerOfKeelson(): string | undefined {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 50
  const { stack = '' } = new Error()
  Error.stackTraceLimit = limit
  const places = stack
    .split('\n')
    .flatMap((line) => /(?:^|[\s(])((?:file:\/\/)?[^\s()]+:\d+:\d+)\)?$/.exec(line)?.[1] ?? [])
  // As stacks name this file, with source maps or without.
  const own = places[0]?.replace(/engine[\\/]wave-count\.[jt]s.*$/, '')
  if (own === undefined) return undefined
  const place = places.find((one) => !one.startsWith(own) && !one.startsWith('node:'))
  return place?.startsWith('file:') ? fileURLToPath(place) : place
}
