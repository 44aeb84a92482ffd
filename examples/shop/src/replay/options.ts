/**
 * The command line of the replay.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

export interface Options {
  readonly url: string
  readonly key: string
  readonly concurrency: number
  readonly json: boolean
}

export const HELP = `Sends the 830 Northwind orders to a running shop, through HTTP, and compares the result with the files.

  npm run replay -w examples/shop -- [options]

  --url <url>          where the shop is            (KEELSON_URL, else http://localhost:3000)
  --key <key>          a key with the scopes catalogue:write and orders:import
                       (KEELSON_KEY, else the file .keelson/development-key that \`npm start\` writes)
  --concurrency <n>    requests at a time, 1 to 256 (32)
  --json               the report as JSON
  --help               this

Exit codes: 0 the shop agrees with the files, 1 it does not or could not be reached, 2 wrong options.`

/** What the caller has to put right. */
export class OptionsError extends Error {}

// Seen from dist/src/replay, where this file runs.
const SHOP_FOLDER = fileURLToPath(new URL('../../../', import.meta.url))

const developmentKey = (): string => {
  const files = [SHOP_FOLDER, process.cwd()].map((folder) => join(folder, '.keelson', 'development-key'))
  for (const file of files) {
    try {
      return readFileSync(file, 'utf8').trim()
    } catch {
      continue
    }
  }
  throw new OptionsError(
    `There is no key: give --key or KEELSON_KEY, or run \`npm start\` first, which writes ${files[0]}.`,
  )
}

const readArguments = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      options: {
        url: { type: 'string' },
        key: { type: 'string' },
        concurrency: { type: 'string', default: '32' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values
  } catch (error) {
    throw new OptionsError(error instanceof Error ? error.message : String(error))
  }
}

/** The options, or `help` if that was asked for. */
export const parseOptions = (args: readonly string[], env: NodeJS.ProcessEnv): Options | 'help' => {
  const given = readArguments(args)
  if (given.help) return 'help'
  const url = given.url ?? env['KEELSON_URL'] ?? 'http://localhost:3000'
  if (!URL.canParse(url)) throw new OptionsError(`--url: "${url}" is not a URL.`)
  const concurrency = Number(given.concurrency)
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > 256) {
    throw new OptionsError(`--concurrency: "${given.concurrency}" is not a whole number from 1 to 256.`)
  }
  return { url, key: given.key ?? env['KEELSON_KEY'] ?? developmentKey(), concurrency, json: given.json }
}
