/** The command line of the costs of isolation. */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'

export interface IsolationOptions {
  readonly seconds: number
  readonly alternations: number
  /** Works whose names contain this; all where it is not given. */
  readonly only: string | undefined
  /** An absolute path for the records, as JSON. */
  readonly json: string | undefined
  readonly writeResults: boolean
}

export const HELP = `npm run bench:isolation -- [options]

What the guarantees cost where commands conflict: shared rows, opposite orders, lists, hot rows over two processes, a slow
neighbour.

  --seconds N          measured seconds of each pass (default 6)
  --alternations N     how often each work has its turn (default 3)
  --only TEXT          only works whose names contain it
  --json FILE          write the records
  --write-results      write benchmarks/ISOLATION.json, and the tables of RESULTS.md anew
  --help               this text
`

export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** `help` where that was asked for. Throws UsageError. */
export function readIsolationOptions(
  args: readonly string[],
  startFolder: string,
): IsolationOptions | 'help' {
  const values = parsed(args)
  if (values.help) return 'help'
  if (values.only !== undefined && values['write-results'])
    throw new UsageError('--only and --write-results: results are written of all works.')
  return {
    seconds: whole('--seconds', values.seconds, 6, 600),
    alternations: whole('--alternations', values.alternations, 3, 100),
    only: values.only,
    json: values.json === undefined ? undefined : resolve(startFolder, values.json),
    writeResults: values['write-results'] ?? false,
  }
}

function parsed(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        seconds: { type: 'string' },
        alternations: { type: 'string' },
        only: { type: 'string' },
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

function whole(option: string, value: string | undefined, otherwise: number, max: number): number {
  if (value === undefined) return otherwise
  const number = Number(value)
  if (!Number.isInteger(number) || number < 1 || number > max)
    throw new UsageError(`${option} ${value}: a whole number from 1 to ${max} is needed.`)
  return number
}
