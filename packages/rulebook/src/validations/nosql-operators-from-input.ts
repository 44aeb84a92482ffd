/** NoSQL operators from input. */
import type { Validation } from '../entry.js'

export const nosqlOperatorsFromInput: Validation = {
  kind: 'validation',
  id: 'nosql-operators-from-input',
  title: 'NoSQL operators from input',
  severity: 'critical',
  why: 'Document stores take filters as objects, and a JSON body is an object already. Where `{ email, password }` from the body becomes the filter, `{"password": {"$ne": null}}` signs in as the first user, and `$where` or `$function` runs JavaScript in the database. No quote and no special character is involved, so no filter for text sees it.',
  looksFor:
    'A value from the body or from a parsed query string (`?password[$ne]=`) reaches `find`, `findOne`, `updateOne`, `aggregate`, `$where`, a Mongoose query, or a Redis or Elasticsearch query body, without its type having been checked: the whole object, a spread of it, or a field whose type is still unknown. Also keys that the client chooses (`{ [req.query.field]: value }`).',
  sparesFor: [
    'Values that a schema turned into strings, numbers or ObjectIds before, and `String(value)` or `{ $eq: value }` at the place.',
    'Mongoose with `sanitizeFilter: true`, where strictness covers the field.',
    'Filters that are composed in the code from a list of allowed fields and operators.',
  ],
  fix: 'Parse the body by a schema whose fields are scalars, and name each field in the filter. Wrap what stays dynamic in `$eq`. Turn off server-side JavaScript (`security.javascriptEnabled: false`). In Express set `query parser` to `simple`.',
  numbers: [
    'Express 5 changed the default query parser from extended to simple, which builds no nested objects [expressjs.com, Moving to Express 5].',
  ],
  siblings: ['sql-injection', 'injected-sql', 'body-without-validation', 'mass-assignment'],
  covers: [],
  wrong: {
    language: 'ts',
    stack: 'Express 4 and the MongoDB driver',
    text: `app.post('/login', passing(async (req, res) => {
  const user = await users.findOne({ email: req.body.email, resetToken: req.body.token })
  if (!user) return res.sendStatus(401)
  res.json(await session(user))
}))`,
  },
  right: {
    language: 'ts',
    stack: 'Express 4 and the MongoDB driver',
    text: `const Reset = z.strictObject({ email: z.email(), token: z.string().length(43) })

app.post('/login', passing(async (req, res) => {
  const { email, token } = Reset.parse(req.body)
  const user = await users.findOne({ email: { $eq: email }, resetTokenHash: { $eq: sha256(token) } })
  if (!user) return res.sendStatus(401)
  res.json(await session(user))
}))`,
  },
  executedBy: 'by-hand',
}
