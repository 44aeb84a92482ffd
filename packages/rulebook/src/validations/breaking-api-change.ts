/** Breaking change without a new version. */
import type { Validation } from '../entry.js'

export const breakingApiChange: Validation = {
  kind: 'validation',
  id: 'breaking-api-change',
  title: 'Breaking change without a new version',
  severity: 'high',
  why: 'Clients you do not know, apps that nobody updates and partners with a release a year read your answers. A field that is renamed, a value that appears in an enum, a limit that shrinks breaks them at the moment of your deploy, and you see it by their mails.',
  looksFor:
    'In a change: a path, method, field, parameter or status removed or renamed; a type, format, unit or default changed; an optional input made required, or a check made stricter; a new value in an enum that clients must know; another order or page size; a changed error code; semantics behind the same name. And an API for others that has no version at all, in path, header or media type; a removal without Deprecation and Sunset before.',
  sparesFor: [
    'New optional inputs, new fields in answers, new operations, where the contract says that clients ignore what they do not know.',
    'Operations with no client outside of the same deploy, or marked experimental.',
    'Mending of what contradicted the contract and that nobody could use, or a security fault, announced.',
  ],
  fix: 'Add beside, never change: a new field or version, the old one with `Deprecation` and `Sunset` headers, its use counted by client, removed when nobody is left. Compare the OpenAPI document with that of the main branch in CI (oasdiff, `openapi_diff`), and break the build.',
  numbers: [
    'Deprecation is RFC 9745, Sunset RFC 8594; Sunset is never before Deprecation, section 4 [RFC 9745].',
  ],
  siblings: ['api-versioning', 'expand-and-contract', 'incomplete-contract', 'rename-or-drop-in-use'],
  covers: ['breaking changes without a new version', 'unversioned API'],
  wrong: {
    language: 'ts',
    stack: 'Fastify 5',
    text: `app.get('/orders/:id', async ({ params }) => {
  const order = await orderOf(params.id)
  return { id: order.id, amount: { value: order.total, currency: 'EUR' } } // was: total
})`,
  },
  right: {
    language: 'ts',
    stack: 'Fastify 5',
    text: `app.get('/v1/orders/:id', async ({ params }, reply) => {
  const order = await orderOf(params.id)
  reply.header('Deprecation', '@1772323200').header('Sunset', 'Tue, 01 Sep 2026 00:00:00 GMT')
  return { id: order.id, total: order.total }
})
app.get('/v2/orders/:id', async ({ params }) => {
  const order = await orderOf(params.id)
  return { id: order.id, amount: { value: order.total, currency: order.currency } }
})`,
  },
  executedBy: 'by-hand',
}
