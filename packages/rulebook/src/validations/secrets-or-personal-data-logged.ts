/** Secrets or personal data in logs. */
import type { Validation } from '../entry.js'

export const secretsOrPersonalDataLogged: Validation = {
  kind: 'validation',
  id: 'secrets-or-personal-data-logged',
  title: 'Secrets or personal data in logs',
  severity: 'high',
  why: 'Logs are copied to collectors, archives and suppliers, read by more people than the database, and kept when the record is long deleted. A header logged as a whole holds tokens that are valid now; a body holds passwords, cards and addresses; an error of an HTTP client holds the request with its key.',
  looksFor:
    'A log call, an error report or a span attribute that is given: `req`, `req.headers`, `req.body`, a whole user or entity, an error of axios or got unfiltered, `process.env` or the configuration, SQL with its parameters, a URL with a token in it; or a field named for a secret (`password`, `token`, `authorization`, `cookie`, `secret`, `iban`, `email`, `phone`) without a mask.',
  sparesFor: [
    'Ids in place of persons (`userId`), hashes made with a key, the last four digits.',
    'Loggers with `redact` paths that cover the field (pino), serialisers that pick fields.',
    'The name of a secret in a message (“password is wrong”), lengths, booleans.',
    'An audit log made for it, with access and retention of its own.',
  ],
  fix: 'Log ids and named fields, never whole objects. Configure redaction at the root logger as a second net, with a test that sends a marked secret through each route and searches the output. Keep secrets out of URLs. What was logged counts as leaked: rotate it, clean the collector.',
  numbers: [
    'A breach is reported within 72 hours; logs with personal data are part of it [GDPR, article 33].',
    'Redaction by paths without wildcards adds about 2 % to JSON.stringify; wildcards cost more [fast-redact README].',
  ],
  siblings: [
    'secrets-in-code',
    'hard-coded-secret',
    'header-or-log-injection',
    'structured-logging',
    'audit-log',
    'secrets-in-logs',
  ],
  covers: ['secrets logged', 'logs with personal data'],
  wrong: {
    language: 'ts',
    stack: 'Express 5 and pino',
    text: `app.post('/login', async (req, res) => {
  req.log.info({ headers: req.headers, body: req.body }, 'login')
  try {
    res.json(await signIn(req.body))
  } catch (error) {
    req.log.error({ error, user: await byEmail(req.body.email) }, 'login failed')
    throw error
  }
})`,
  },
  right: {
    language: 'ts',
    stack: 'Express 5 and pino',
    text: `const logger = pino({
  redact: { paths: ['req.headers.authorization', 'req.headers.cookie', '*.password', '*.token'] },
  serializers: { err: ({ name, code, stack }) => ({ name, code, stack }) },
})

app.post('/login', async (req, res) => {
  const session = await signIn(Login.parse(req.body))
  req.log.info({ userId: session.userId }, 'signed in')
  res.json(session)
})`,
  },
  executedBy: 'by-hand',
}
