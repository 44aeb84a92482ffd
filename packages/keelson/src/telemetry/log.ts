/**
 * Logs: one JSON object a line on standard output, by pino; in a terminal a short text instead. Credentials are never
 * written.
 */
import { pino, type DestinationStream, type Logger } from 'pino'
import { textStream } from './text-stream.js'

/** `log.info({ orderId }, 'Order placed.')` */
export type Log = Logger

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** Fields whose values are replaced, at the top and two levels down: whole requests and headers are logged by mistake. */
const SECRETS = [
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
  'x-api-key',
  'idempotency-key',
  'password',
  'secret',
  'token',
  'accessToken',
  'refreshToken',
  'apiKey',
  'key',
]

export interface LogOptions {
  readonly level: LogLevel
  /** `json` for machines, `text` for a terminal. Default: `json`. */
  readonly format?: 'json' | 'text'
  /** Where lines go. Default: standard output. */
  readonly destination?: DestinationStream
}

export function createLog({ level, format = 'json', destination }: LogOptions): Log {
  // Lines that come while one is being written leave together; what waits is written when the process exits.
  const to = destination ?? pino.destination({ fd: 1, sync: false })
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: SECRETS.flatMap((field) => ['', '*', '*.*'].map((above) => `${above}["${field}"]`)),
        censor: '[redacted]',
      },
    },
    format === 'text' ? textStream(to) : to,
  )
}
