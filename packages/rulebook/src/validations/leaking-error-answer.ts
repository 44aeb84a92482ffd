/** Stack trace or inner text sent to the client. */
import type { Validation } from '../entry.js'

export const leakingErrorAnswer: Validation = {
  kind: 'validation',
  id: 'leaking-error-answer',
  title: 'Stack trace or inner text sent to the client',
  severity: 'medium',
  why: 'Stacks name files, versions and queries; texts of database errors quote values of other rows. For an attacker it is a map, for a client it is noise that he starts to parse, so that your next refactoring breaks him.',
  looksFor:
    '`res.json(error)`, `error.stack`, `error.message` of an unknown error, `String(error)` in an answer; errors of databases or partners passed on; framework defaults in development mode in production (Express without NODE_ENV=production and own handler, `includeStacktraceInErrorResponses`); validation messages that echo the value; GraphQL errors unmasked.',
  sparesFor: [
    'Messages of errors that the code declares for clients.',
    'Fastify’s and Nest’s default for 500 with a fixed text, if `message` of plain errors is not sent.',
    'Answers to administrators on an inner port.',
  ],
  fix: 'One error handler: known errors by a table of codes and texts, everything else 500 with a fixed text and the request’s id; the stack goes to the log under that id.',
  numbers: [
    'RFC 9457 gives errors 5 standard members: type, title, status, detail, instance [RFC 9457, section 3.1].',
  ],
  siblings: [
    'wrong-status-codes',
    'error-logged-twice',
    'no-request-id',
    'debug-and-default-accounts',
    'async-handler-without-error-path',
  ],
  covers: ['stack trace sent to the client'],
  wrong: {
    language: 'ts',
    stack: 'Express 5',
    text: `app.use((error: Error, _req: Request, res: Response, _next: NextFunction) => {
  res.status(500).json({ message: error.message, stack: error.stack })
})`,
  },
  right: {
    language: 'ts',
    stack: 'Express 5',
    text: `app.use((error: unknown, req: Request, res: Response, next: NextFunction) => {
  if (res.headersSent) return next(error)
  const known = error instanceof Problem ? error : undefined
  if (!known) req.log.error({ err: error }, 'request failed')
  res
    .status(known?.status ?? 500)
    .type('application/problem+json')
    .json({ title: known?.title ?? 'Internal error', code: known?.code ?? 'internal', requestId: req.id })
})`,
  },
  executedBy: 'by-hand',
}
