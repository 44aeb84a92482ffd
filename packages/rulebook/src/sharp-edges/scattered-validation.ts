/** Scattered validation. */
import type { SharpEdge } from '../entry.js'

export const scatteredValidation: SharpEdge = {
  kind: 'sharp-edge',
  id: 'scattered-validation',
  title: 'Scattered validation',
  severity: 'medium',
  why: 'When each function checks a little of its input, no one knows what has been checked. The second entrance, a job, an import, an admin page, skips it; rules differ by place; and code that trusts its types works on values that never had them.',
  symptoms: [
    'The import accepts what the form refuses',
    'Invalid rows in the database although the API validates',
    'TypeError: cannot read properties of undefined, deep in the code',
    'The same rule is in three places and differs',
    'A PATCH can set fields that it should not',
  ],
  mechanism:
    'TypeScript’s types end at the process boundary: `request.body as Order` checks nothing. Checks are added where the last bug was found. `{ ...body }` into an update lets through `isAdmin`. Query strings are strings or arrays. Environment variables are read where they are used, and are missed at three in the morning. What only the application checks, a script or a second service violates.',
  confirm: [
    'Look for `as` after JSON.parse, request.body, process.env, and rows of other services.',
    '`select count(*) from orders where not (quantity > 0)` for each rule you believe in.',
    'Send an unknown field, a string for a number, an array for a string, `null`: anything but 400 is a finding.',
  ],
  wayOut: [
    'Stop the bleeding: constraints in the database (`not null`, `check … not valid`, then validate), which hold for every entrance.',
    'Parse, do not validate: one schema at each edge (HTTP, queue, file, environment) turns unknown into a type; inside nobody checks again.',
    'One schema from which types, checks and OpenAPI come; unknown fields refused.',
    'Rules about state in the domain, rules about form at the edge.',
    'Environment parsed once at the start, all errors named at once.',
    'Keelson: `input` of each operation is a schema, unknown fields are refused, each wrong field is named with a pointer, for HTTP, jobs and calls alike.',
  ],
  numbers: [
    'Improper input validation is CWE-20, number 12 of the Top 25 of 2024 [cwe.mitre.org/top25].',
    'Mass assignment is part of API3:2023, Broken Object Property Level Authorization [OWASP API Security Top 10].',
  ],
  siblings: ['injected-sql', 'leaky-abstraction', 'god-service'],
  covers: ['scattered validation'],
  wrong: {
    language: 'ts',
    stack: 'Fastify 5 and pg',
    text: `app.patch('/users/:id', async ({ body, params }) => {
  const change = body as Partial<User>
  if (change.email !== undefined && !change.email.includes('@')) throw new BadRequest()
  return updateUser((params as { id: string }).id, change) // isAdmin: true
})`,
  },
  right: {
    language: 'ts',
    stack: 'Fastify 5 and Zod 4',
    text: `const Change = z.strictObject({
  email: z.email().max(254).optional(),
  name: z.string().min(1).max(200).optional(),
})

app.patch('/users/:id', async ({ body, params }) => {
  const { id } = z.object({ id: z.uuid() }).parse(params)
  return updateUser(id, Change.parse(body)) // a ZodError is a 400 that names its fields
})`,
  },
}
