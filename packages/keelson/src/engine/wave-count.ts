/**
 * The waves of one run, by shape. Reads that are wanted at the same moment are one wave; a handler that awaits each
 * before the next, as in a loop, makes one for each, and waits for the database as often.
 */
import { fileURLToPath } from 'node:url'
import { KeelsonError } from '../errors.js'
import type { TableInfo } from '../schema/table.js'
import type { Counter } from './context.js'
import type { Shape } from './port.js'

/** Waves of one shape that a command may make. */
const WAVES_MAX = 8

/** Where Keelson's own code lies. */
const OWN = new URL('..', import.meta.url)

interface Reads {
  waves: number
  underWay: number
}

export class WaveCount {
  readonly #name: string
  readonly #fails: boolean
  readonly #count: (counter: Counter) => void
  readonly #reads = new Map<TableInfo | Shape, Reads>()
  /** What the command fails with, whatever its handler makes of it. */
  misuse: KeelsonError | undefined

  /** `fails`: too many are an error; otherwise they are counted. */
  constructor(name: string, fails: boolean, count: (counter: Counter) => void) {
    this.#name = name
    this.#fails = fails
    this.#count = count
  }

  /** A read goes out, of a table's rows by key or of a shape. Throws `too_many_waves`. */
  wants(of: TableInfo | Shape): void {
    let reads = this.#reads.get(of)
    if (reads === undefined) this.#reads.set(of, (reads = { waves: 0, underWay: 0 }))
    if (reads.underWay++ > 0 || ++reads.waves !== WAVES_MAX + 1) return
    this.#count('manyWaves')
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
  const [what, instead] =
    'conditions' in of
      ? [
          `lists or counts ${of.table.name}`,
          `await tx.children(parents, ${of.table.name}), or one list with \`in\``,
        ]
      : [`reads rows of ${of.name}`, `await tx.getMany(${of.name}, keys)`]
  return new KeelsonError('too_many_waves', {
    message: `${name} ${what} one after the other, more than ${WAVES_MAX} times${place === undefined ? '' : `, at ${place}`}. Read all at once: ${instead}.`,
  })
}

/** The line of the handler that asked, as `file:line:column`. */
function callerOfKeelson(): string | undefined {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 50
  const { stack = '' } = new Error()
  Error.stackTraceLimit = limit
  const own = [OWN.href, fileURLToPath(OWN)]
  for (const line of stack.split('\n').slice(1)) {
    const place = /\(?((?:file:\/\/)?\/?[^\s()]+:\d+:\d+)\)?$/.exec(line)?.[1]
    if (place === undefined || place.startsWith('node:') || own.some((folder) => place.startsWith(folder)))
      continue
    return place.startsWith('file:')
      ? fileURLToPath(place.replace(/:\d+:\d+$/, '')) + /:\d+:\d+$/.exec(place)![0]
      : place
  }
  return undefined
}
