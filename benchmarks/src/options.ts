/** The command line. */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { CONTENDERS, QUICK } from './contenders/all.js'
import { WORKS } from './works.js'

export interface Options {
  readonly quick: boolean
  readonly works: readonly string[]
  readonly peers: readonly string[]
  /** Length of the measured part of a pass. */
  readonly seconds: number
  readonly alternations: number
  /** An absolute path for the records, as JSON. */
  readonly json: string | undefined
  readonly writeResults: boolean
}

export const HELP = `npm run bench -- [options]

Races Keelson's shop against hand-written services on one Postgres and prints how they compare.

  --quick              keelson and fastify-pg, three short alternations: within ten minutes
  --only WORK,…        of ${WORKS.map((work) => work.name).join(', ')}
  --peers NAME,…       of ${CONTENDERS.map((contender) => contender.name).join(', ')}
  --seconds N          measured seconds of each pass (default 8; with --quick 4)
  --alternations N     how often each contender has its turn in each work (default 5; with --quick 3)
  --json FILE          write one record for each work, contender and number of connections, with all raw passes
  --write-results      write benchmarks/RESULTS.md and RESULTS.json from this run
  --help               this text

BENCH_DATABASE_URL   a Postgres to use, with the right to create databases; without it an embedded one is started
`

export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** `help` where that was asked for. Throws UsageError. */
export function readOptions(args: readonly string[], startFolder: string): Options | 'help' {
  const values = parsed(args)
  if (values.help) return 'help'
  const quick = values.quick ?? false
  const allNames = CONTENDERS.map((contender) => contender.name)
  return {
    quick,
    works:
      names(
        '--only',
        values.only,
        WORKS.map((work) => work.name),
      ) ?? WORKS.map((work) => work.name),
    peers: names('--peers', values.peers, allNames) ?? (quick ? QUICK : allNames),
    seconds: positive('--seconds', values.seconds, 600) ?? (quick ? 4 : 8),
    alternations: positive('--alternations', values.alternations, 100) ?? (quick ? 3 : 5),
    json: values.json === undefined ? undefined : resolve(startFolder, values.json),
    writeResults: values['write-results'] ?? false,
  }
}

function parsed(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        quick: { type: 'boolean' },
        only: { type: 'string' },
        peers: { type: 'string' },
        seconds: { type: 'string' },
        alternations: { type: 'string' },
        json: { type: 'string' },
        'write-results': { type: 'boolean' },
        help: { type: 'boolean' },
      },
    })
    return values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

function names(
  option: string,
  value: string | undefined,
  known: readonly string[],
): readonly string[] | undefined {
  if (value === undefined) return undefined
  const given = value.split(',').map((name) => name.trim())
  const unknown = given.filter((name) => !known.includes(name))
  if (unknown.length > 0)
    throw new UsageError(`${option} ${unknown.join(',')}: choose among ${known.join(', ')}.`)
  return given
}

function positive(option: string, value: string | undefined, max: number): number | undefined {
  if (value === undefined) return undefined
  const number = Number(value)
  if (!(number >= 1 && number <= max) || !Number.isInteger(number)) {
    throw new UsageError(`${option} ${value}: a whole number from 1 to ${max} is needed.`)
  }
  return number
}
