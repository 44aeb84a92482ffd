/** Log of secrets. */
import type { SharpEdge } from '../entry.js'

export const secretsInLogs: SharpEdge = {
  kind: 'sharp-edge',
  id: 'secrets-in-logs',
  title: 'Log of secrets',
  severity: 'high',
  why: 'Logs are copied to more places, kept longer and read by more people than any database, and nobody thinks of them as one. A password, token or card number in a log line is a leak with an index over it.',
  symptoms: [
    'Passwords or tokens are readable in the log system',
    'Authorization headers in error reports',
    'The auditor found card numbers in the logs',
    'Session ids in URLs of the access log',
    'Somebody used a token that appears only in our logs',
  ],
  mechanism:
    '`log.info({ body })` "for debugging", an HTTP client’s error that carries its whole config with headers, the validation error that quotes the value, a database error whose DETAIL quotes the row, tokens in query strings which every proxy notes, `log_statement = all` with literals, core dumps and heap snapshots.',
  confirm: [
    'Search the logs for the forms: `eyJ[A-Za-z0-9_-]+\\.` (JWT), `Bearer `, `-----BEGIN`, `password"`, and for a canary value that you sign in with.',
    'Make each kind of error happen with a canary in every field, and grep all sinks: log, traces, error reporter, `pg_stat_statements`, proxy.',
    '`show log_statement; show log_min_error_statement; show log_parameter_max_length_on_error`.',
  ],
  wayOut: [
    'Stop the bleeding: rotate what was logged, restrict access to the log, then delete or mask it in all sinks and backups; tell the data protection officer.',
    'Log by allow-list: named fields, never whole bodies, headers, errors of clients or rows.',
    'Redact by name and form in the logger as the second line (`redact` of pino), with a canary test in CI.',
    'Secrets in headers, never in URLs; short-lived tokens.',
    'Wrap secrets in a type whose toString, toJSON and inspect say `[secret]`.',
    'Keelson blots out fields that are called like secrets down to the third level, keeps queries, bodies and keys out of spans, and never shows texts of database errors.',
  ],
  numbers: [
    'Twitter asked 330 million users to change their passwords in 2018, since they had been written to an internal log [Twitter, Keeping your account secure, May 2018].',
    'Insertion of sensitive information into a log file is CWE-532; logging failures are A09 of the Top 10 [OWASP Top 10:2021].',
  ],
  siblings: ['secrets-in-code', 'injected-sql', 'leaky-abstraction'],
  covers: ['log of secrets'],
  wrong: {
    language: 'ts',
    stack: 'pino',
    text: `log.info({ headers: request.headers, body: request.body }, 'request')
log.error(error, 'payment failed') // error.config.headers.Authorization`,
  },
  right: {
    language: 'ts',
    stack: 'pino',
    text: `const log = pino({ redact: ['*.password', '*.token', '*.authorization', '*.*.authorization'] })
log.info({ requestId: request.id, route: request.routeOptions.url, customerId }, 'request')
log.error({ requestId: request.id, code: codeOf(error), status: statusOf(error) }, 'payment failed')`,
  },
}
