/** The command line. Whatever is wrong with it is said at once, each with what would be right. */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'

export interface Options {
  /** One for each seed that is run, the first is the one given. */
  readonly seeds: readonly number[]
  /** Of load and faults; undefined with `once`, which ends by itself. */
  readonly minutes: number | undefined
  readonly processes: number
  readonly clients: number
  readonly workloads: readonly string[]
  /** Undefined: no faults' part at all, only switches. */
  readonly faults: readonly string[] | undefined
  readonly switches: readonly string[]
  readonly once: boolean
  readonly round: number | undefined
  readonly ci: boolean
  /** How long the fault `long-transaction` holds its snapshot: minutes, in a long run. */
  readonly longTransactionMs: number
  /** Absolute paths. */
  readonly json: string
  readonly html: string
}

/** The names that there are. */
export interface Known {
  readonly workloads: readonly string[]
  readonly faults: readonly string[]
  readonly switches: readonly string[]
}

export interface Surroundings {
  /** Relative paths start here. */
  readonly startFolder: string
  /** Where reports go unless told otherwise: an absolute path. */
  readonly resultsFolder: string
  /** The seed where none is given. */
  pickSeed(): number
}

export const SEED_MAX = 2 ** 31 - 1
const MINUTES = 3
const MINUTES_LONG = 120
/** What one seed has to itself in a long run. */
const MINUTES_PER_SEED = 4

export const HELP = `npm run prove -- [options]

Starts the service as real processes on a real Postgres, loads it, breaks it, and checks what clients heard against the
database. Ends with 0 if nothing was found, with 1 otherwise, with 130 if it was interrupted.

  --seed N             makes the schedule of that seed again (default: another one each time; with --ci 1)
  --seeds K            K seeds one after the other, from --seed on (default 1; with --long one for ${MINUTES_PER_SEED} minutes)
  --minutes M          how long, over all seeds (default ${MINUTES}; with --long ${MINUTES_LONG})
  --processes P        processes of the service (default 2)
  --clients C          requests under way at a time (default 24)
  --workloads a,b      only these
  --faults a,b         only these; or none, or all (default)
  --once               every fault once, each alone, with little load in between
  --round N            only round N of the schedule, over and over: to see a finding again
  --switch a,b         runs the service without these protections, and demands that each is caught
  --switches           the same for all of them; with --long after the faults, with --seeds for each seed
  --ci                 every fault once and every switch once, within five minutes, plain output
  --long               many seeds, ${MINUTES_LONG} minutes, into proof/results/long.json and long.html
  --json FILE          where the report goes as JSON (default proof/results/latest.json)
  --html FILE          and as a page (default proof/results/latest.html)
  --list               workloads, faults and switches, each with what it is
  --help               this text
`

export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Throws UsageError. */
export function readOptions(
  args: readonly string[],
  known: Known,
  surroundings: Surroundings,
): Options | 'help' | 'list' {
  const wrong: string[] = []
  const { texts, flags } = sorted(args, wrong)
  if (flags.has('help')) return 'help'
  if (flags.has('list')) return 'list'
  const isCi = flags.has('ci')
  const isLong = flags.has('long')
  const once = isCi || flags.has('once')
  wrong.push(...conflicts(texts, flags))
  const whole = (name: string, min: number, max: number): number | undefined =>
    number(name, texts.get(name), min, max, wrong)

  const seed = whole('seed', 0, SEED_MAX)
  const round = whole('round', 0, 1_000_000)
  const minutes = number('minutes', texts.get('minutes'), 0.1, 100_000, wrong, false)
  const length = minutes ?? (isLong ? MINUTES_LONG : once && round === undefined ? undefined : MINUTES)
  const seeds =
    whole('seeds', 1, 10_000) ?? (isLong ? Math.max(1, Math.round(length! / MINUTES_PER_SEED)) : 1)
  const named = names('switch', texts.get('switch'), known.switches, wrong)
  const switches = named ?? (flags.has('switches') || isCi ? known.switches : [])
  const options: Options = {
    seeds: seedsFrom(seed ?? (isCi ? 1 : surroundings.pickSeed()), seeds),
    minutes: length,
    processes: whole('processes', 1, 64) ?? 2,
    clients: whole('clients', 1, 10_000) ?? 24,
    workloads: names('workloads', texts.get('workloads'), known.workloads, wrong) ?? known.workloads,
    faults:
      switches.length > 0 && !isCi && !isLong ? undefined : faults(texts.get('faults'), known.faults, wrong),
    switches,
    once,
    round,
    ci: isCi,
    longTransactionMs: isLong ? 120_000 : 5000,
    json: resolve(surroundings.startFolder, texts.get('json') ?? reportPath(surroundings, isLong, 'json')),
    html: resolve(surroundings.startFolder, texts.get('html') ?? reportPath(surroundings, isLong, 'html')),
  }
  if (wrong.length > 0) throw new UsageError(wrong.join('\n'))
  return options
}

const TEXTS = [
  'seed',
  'seeds',
  'minutes',
  'processes',
  'clients',
  'workloads',
  'faults',
  'round',
  'switch',
  'json',
  'html',
]
const FLAGS = ['once', 'switches', 'ci', 'long', 'list', 'help']

interface Sorted {
  readonly texts: ReadonlyMap<string, string>
  readonly flags: ReadonlySet<string>
}

function sorted(args: readonly string[], wrong: string[]): Sorted {
  const type = (names: readonly string[], type: 'string' | 'boolean') =>
    Object.fromEntries(names.map((name) => [name, { type }] as const))
  const { tokens } = parseArgs({
    args: [...args],
    options: { ...type(TEXTS, 'string'), ...type(FLAGS, 'boolean') },
    strict: false,
    tokens: true,
  })
  const texts = new Map<string, string>()
  const flags = new Set<string>()
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue
    if (token.kind === 'positional') wrong.push(`${token.value}: an option begins with --.`)
    else if (TEXTS.includes(token.name)) {
      if (token.value === undefined || token.value === '') wrong.push(`--${token.name}: a value is missing.`)
      else if (texts.has(token.name)) wrong.push(`--${token.name}: given twice.`)
      else texts.set(token.name, token.value)
    } else if (!FLAGS.includes(token.name))
      wrong.push(`${token.rawName}: there is no such option; choose among ${optionNames()}.`)
    else if (token.value !== undefined) wrong.push(`--${token.name}: takes no value.`)
    else flags.add(token.name)
  }
  return { texts, flags }
}

const optionNames = (): string => [...TEXTS, ...FLAGS].map((name) => `--${name}`).join(', ')

const EXCLUSIVE: readonly (readonly [string, string, string])[] = [
  ['ci', 'long', 'one is for minutes, the other for hours'],
  ['ci', 'minutes', '--ci ends by itself'],
  ['ci', 'round', '--ci runs every fault'],
  ['ci', 'faults', '--ci runs every fault'],
  ['ci', 'switch', '--ci runs every switch'],
  ['long', 'once', '--once is for a short run'],
  ['switch', 'switches', '--switches is all of them'],
  ['switches', 'faults', 'each switch has its own faults'],
  ['switch', 'faults', 'each switch has its own faults'],
]

function conflicts(texts: ReadonlyMap<string, string>, flags: ReadonlySet<string>): string[] {
  const isGiven = (name: string): boolean => texts.has(name) || flags.has(name)
  return EXCLUSIVE.filter(([one, other]) => isGiven(one) && isGiven(other))
    .filter(([, other]) => !(other === 'faults' && flags.has('long')))
    .map(([one, other, why]) => `--${one} and --${other} exclude each other: ${why}.`)
}

function number(
  option: string,
  value: string | undefined,
  min: number,
  max: number,
  wrong: string[],
  isWhole = true,
): number | undefined {
  if (value === undefined) return undefined
  const parsed = Number(value)
  if (parsed >= min && parsed <= max && (!isWhole || Number.isInteger(parsed))) return parsed
  wrong.push(`--${option} ${value}: a ${isWhole ? 'whole ' : ''}number from ${min} to ${max} is needed.`)
  return undefined
}

function names(
  option: string,
  value: string | undefined,
  known: readonly string[],
  wrong: string[],
): readonly string[] | undefined {
  if (value === undefined) return undefined
  const given = [...new Set(value.split(',').map((name) => name.trim()))]
  const unknown = given.filter((name) => !known.includes(name))
  if (unknown.length > 0) wrong.push(`--${option} ${unknown.join(',')}: choose among ${known.join(', ')}.`)
  return given
}

function faults(value: string | undefined, known: readonly string[], wrong: string[]): readonly string[] {
  if (value === undefined || value === 'all') return known
  if (value === 'none') return []
  const given = names('faults', value, [...known, 'none', 'all'], wrong) ?? []
  if (given.includes('none') || given.includes('all'))
    wrong.push(`--faults ${value}: none and all stand alone.`)
  return given
}

const seedsFrom = (first: number, count: number): number[] =>
  Array.from({ length: count }, (_, place) => (first + place) % (SEED_MAX + 1))

const reportPath = ({ resultsFolder }: Surroundings, isLong: boolean, kind: string): string =>
  resolve(resultsFolder, `${isLong ? 'long' : 'latest'}.${kind}`)
