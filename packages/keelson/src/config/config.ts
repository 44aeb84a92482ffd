/** The environment, validated and frozen. Every variable that is wrong is named at once, with what it should be. */
import { KeelsonError } from '../errors.js'
import { isAddressOrNetwork } from '../internal/address-list.js'
import { LOG_LEVELS, type LogLevel } from '../telemetry/log.js'

export interface Config {
  /** `DATABASE_URL`: `postgres://user:password@host:port/database`. */
  readonly databaseUrl: string | undefined
  /**
   * `DATABASE_DIRECT_URL`: the same database past a pooler in transaction mode, for LISTEN. Without it processes behind such
   * a pooler find each other's work by polling alone.
   */
  readonly databaseDirectUrl: string | undefined
  /** `DATABASE_POOL_MAX`: most connections of this process, at least 9. Default 12. */
  readonly databasePoolMax: number
  /** `KEELSON_PREPARED_STATEMENTS`: `on`, `off`, or `auto`: off behind a pooler. Default `auto`. */
  readonly preparedStatements: 'on' | 'off' | 'auto'
  /** `PORT`. Default 3000. */
  readonly port: number
  /** `HOST`: the address to listen on. Default 127.0.0.1: this machine only. */
  readonly host: string
  /** `KEELSON_HSTS_SECONDS`: where TLS stands in front, how long browsers are to insist on it. Default: not said. */
  readonly hstsSeconds: number | undefined
  /**
   * `KEELSON_TRUSTED_PROXIES`: addresses and networks (CIDR), with commas, of the proxies in front whose `X-Forwarded-For`
   * is believed. Default: none; the caller's address is then the connection's.
   */
  readonly trustedProxies: readonly string[]
  /** `LOG_LEVEL`. Default `info`. */
  readonly logLevel: LogLevel
  /** `KEELSON_LOG_FORMAT`: `json`, or `text` for people; undefined leaves it to the command. */
  readonly logFormat: 'json' | 'text' | undefined
  /** `KEELSON_JOBS_MAX`: jobs that run at once in this process. Default 20. */
  readonly jobsMax: number
  /**
   * `KEELSON_OPERATOR_PORT`: a port of its own for `/metrics`, `/livez` and `/readyz`, without a key. Default: none; they
   * are served beside the application then, `/metrics` for callers with the scope `keelson:metrics`.
   */
  readonly operatorPort: number | undefined
  /**
   * `KEELSON_DRAIN_DELAY_MS`: how long a process that stops still takes new connections, being unready, so that whoever
   * sends it requests notices. Default: a second for `keelson start`, else 0.
   */
  readonly drainDelayMs: number | undefined
  /** `KEELSON_DRAIN_TIMEOUT_MS`: how long requests under way may take when the process stops. Default 30,000. */
  readonly drainTimeoutMs: number
  /**
   * Whether `NODE_ENV` is `development` or `test`: mistakes that production never sees or only counts make a command
   * fail (reads in a loop, handlers that differ when they run again, calls to the network). `keelson dev` always works so, `keelson start` never does.
   */
  readonly development: boolean
}

export type Environment = Readonly<Record<string, string | undefined>>

/** Throws `invalid_configuration`. An empty variable counts as absent. */
export function readConfig(environment: Environment): Config {
  const problems: string[] = []
  const read = <T>(
    name: string,
    fallback: T,
    parse: (text: string) => T | undefined,
    expected: string,
  ): T => {
    const text = environment[name]
    if (text === undefined || text === '') return fallback
    const value = parse(text)
    if (value !== undefined) return value
    // A URL may hold a password.
    const shown = name.endsWith('_URL') ? 'not valid' : `\`${text}\``
    problems.push(`${name} is ${shown}; it must be ${expected}.`)
    return fallback
  }
  const config: Config = Object.freeze({
    databaseUrl: read<string | undefined>(
      'DATABASE_URL',
      undefined,
      postgresUrl,
      'a URL such as postgres://user:password@host:5432/database',
    ),
    databaseDirectUrl: read<string | undefined>(
      'DATABASE_DIRECT_URL',
      undefined,
      postgresUrl,
      'a URL such as postgres://user:password@host:5432/database',
    ),
    databasePoolMax: read('DATABASE_POOL_MAX', 12, wholeBetween(9, 1000), 'a whole number from 9 to 1000'),
    preparedStatements: read(
      'KEELSON_PREPARED_STATEMENTS',
      'auto',
      oneOf(['on', 'off', 'auto']),
      'on, off or auto',
    ),
    port: read('PORT', 3000, wholeBetween(0, 65_535), 'a whole number from 0 to 65535'),
    host: read('HOST', '127.0.0.1', hostName, 'a host name or an address'),
    hstsSeconds: read<number | undefined>(
      'KEELSON_HSTS_SECONDS',
      undefined,
      wholeBetween(0, 100_000_000),
      'seconds, such as 31536000',
    ),
    trustedProxies: read<readonly string[]>(
      'KEELSON_TRUSTED_PROXIES',
      [],
      addresses,
      'addresses or networks such as 10.0.0.0/8, with commas',
    ),
    logLevel: read('LOG_LEVEL', 'info', oneOf(LOG_LEVELS), `one of ${LOG_LEVELS.join(', ')}`),
    logFormat: read<'json' | 'text' | undefined>(
      'KEELSON_LOG_FORMAT',
      undefined,
      oneOf(['json', 'text']),
      'json or text',
    ),
    jobsMax: read('KEELSON_JOBS_MAX', 20, wholeBetween(1, 1000), 'a whole number from 1 to 1000'),
    operatorPort: read<number | undefined>(
      'KEELSON_OPERATOR_PORT',
      undefined,
      wholeBetween(0, 65_535),
      'a whole number from 0 to 65535',
    ),
    drainDelayMs: read<number | undefined>(
      'KEELSON_DRAIN_DELAY_MS',
      undefined,
      wholeBetween(0, 600_000),
      'milliseconds, at most 600000',
    ),
    drainTimeoutMs: read(
      'KEELSON_DRAIN_TIMEOUT_MS',
      30_000,
      wholeBetween(0, 3_600_000),
      'milliseconds, at most 3600000',
    ),
    development: ['development', 'test'].includes(environment.NODE_ENV ?? ''),
  })
  if (problems.length > 0) {
    const message = `The environment is not valid:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`
    throw new KeelsonError('invalid_configuration', { message, details: { problems } })
  }
  return config
}

const wholeBetween =
  (min: number, max: number) =>
  (text: string): number | undefined => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
    return value >= min && value <= max ? value : undefined
  }

const oneOf =
  <const T extends string>(values: readonly T[]) =>
  (text: string): T | undefined =>
    values.find((value) => value === text)

function addresses(text: string): readonly string[] | undefined {
  const list = text.split(',').map((part) => part.trim())
  return list.every(isAddressOrNetwork) ? list : undefined
}

const hostName = (text: string): string | undefined => (/^[\w.:%-]+$/.test(text) ? text : undefined)

function postgresUrl(text: string): string | undefined {
  return /^postgres(ql)?:\/\//.test(text) && URL.canParse(text) ? text : undefined
}
