/** Wrong or inconsistent answers for errors. */
import type { Validation } from '../entry.js'

export const wrongStatusCodes: Validation = {
  kind: 'validation',
  id: 'wrong-status-codes',
  title: 'Wrong or inconsistent answers for errors',
  severity: 'medium',
  why: 'Clients, gateways, retries, caches, alerts and dashboards all go by the status. An error as 200 is a success to each of them: it is cached, not repeated, not counted, and the error rate shows zero during the outage. Five shapes of error in one API mean five parsers in each client.',
  looksFor:
    '`res.json({ success: false })`, `{ error }` with status 200; 500 for what the client did wrong (a parse error, a unique violation, a missing record) and 400 for what the server did; 404 where 401 or 403 is meant and nothing is to be hidden, 403 for “not signed in”; POST that creates with 200 and without Location; 204 with a body; 429 and 503 without Retry-After; different shapes (`message`, `error`, `errors[]`, text) between handlers and framework.',
  sparesFor: [
    'GraphQL and JSON-RPC, which answer 200 by their protocol (with `errors` filled).',
    '404 for foreign records, by design.',
    'Batch operations with a status for each item (207 or in the body).',
    '202 for accepted work with a place to ask.',
  ],
  fix: 'One table of errors (code, status, title), one error handler that speaks `application/problem+json`, thrown everywhere by name. Turn unique violations into 409, versions into 412, validation into 422 with pointers. Test that each route’s errors have the shape.',
  numbers: [
    'RFC 9457 defines 5 members and the media type application/problem+json [RFC 9457].',
    '401 means not authenticated, 403 not allowed, 409 conflict of state, 412 precondition, 422 content not processable [RFC 9110, section 15.5].',
  ],
  siblings: ['leaking-error-answer', 'incomplete-contract', 'verbs-in-paths', 'scattered-validation'],
  covers: ['wrong status codes', 'inconsistent errors', 'always-200 errors'],
  wrong: {
    language: 'ts',
    stack: 'Express 5 and Prisma',
    text: `app.post('/users', async (req, res) => {
  try {
    res.json({ success: true, user: await prisma.user.create({ data: pick(req.body) }) })
  } catch (error) {
    res.json({ success: false, error: String(error) })
  }
})`,
  },
  right: {
    language: 'ts',
    stack: 'Express 5 and Prisma',
    text: `app.post('/users', async (req, res) => {
  const input = NewUser.parse(req.body)
  const user = await prisma.user.create({ data: input, select: { id: true, name: true } })
  res.status(201).location(\`/users/\${user.id}\`).json(user)
})
// the one error handler: ZodError → 422 invalid_input, P2002 → 409 email_taken, all else → 500 internal`,
  },
  executedBy: 'by-hand',
}
