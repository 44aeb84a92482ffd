/** Header or log line from input. */
import type { Validation } from '../entry.js'

export const headerOrLogInjection: Validation = {
  kind: 'validation',
  id: 'header-or-log-injection',
  title: 'Header or log line from input',
  severity: 'medium',
  why: 'A line break ends a header or a line of the log. In a log it lets an attacker write entries that never happened and hide those that did, or send control codes to the terminal of whoever reads it. Node refuses line breaks in headers by an exception, which is a 500 that anybody can cause, but raw sockets, mail headers and proxies do not.',
  looksFor:
    'Input in `setHeader`, `res.cookie`, `Content-Disposition`, a mail’s subject, from or to, a raw HTTP text over a socket, without encoding; input joined into the text of a log line (template or concatenation, `console.log` included) where the format is lines of text; a correlation id taken from the client without a check of its form.',
  sparesFor: [
    'Structured loggers (pino, winston with JSON) where input is a field: JSON escapes control characters.',
    'Header values encoded (`encodeURIComponent`, `content-disposition` package), numbers, and values from lists.',
    'Nodemailer’s address objects and subject, which it encodes.',
  ],
  fix: "Log objects, not sentences: `log.info({ email }, 'sign-in refused')`. Build headers by the package for that header. Accept `X-Request-Id` only if it matches `^[\\w-]{1,64}$`, else make a new one.",
  numbers: [
    'Of the 128 ASCII codes only HTAB and the visible ones, with space, are allowed in a field value [RFC 9110, section 5.5].',
  ],
  siblings: [
    'open-redirect',
    'no-request-id',
    'secrets-or-personal-data-logged',
    'structured-logging',
    'console-log-in-service',
  ],
  covers: ['header injection', 'log injection'],
  wrong: {
    language: 'ts',
    stack: 'Express 5 and winston with a text format',
    text: `app.get('/export', (req, res) => {
  logger.info(\`export of \${req.query.name} by \${req.get('x-request-id')}\`)
  res.setHeader('Content-Disposition', \`attachment; filename="\${req.query.name}"\`)
  streamExport().pipe(res)
})`,
  },
  right: {
    language: 'ts',
    stack: 'Express 5, pino and content-disposition',
    text: `app.get('/export', async (req, res) => {
  const { name } = Export.parse(req.query)
  req.log.info({ name }, 'export')
  res.setHeader('Content-Disposition', contentDisposition(\`\${name}.csv\`))
  await pipeline(streamExport(), res)
})`,
  },
  executedBy: 'by-hand',
}
