/** Operation that the contract does not tell, or tells by half. */
import type { Validation } from '../entry.js'

export const incompleteContract: Validation = {
  kind: 'validation',
  id: 'incomplete-contract',
  title: 'Operation that the contract does not tell, or tells by half',
  severity: 'medium',
  why: 'Clients are generated from the contract and gateways are configured by it. An operation that is missing there is one that nobody reviews, limits or switches off; errors that are missing turn into crashes of clients at the first 429. And where the document says nothing of security, generated tools assume that there is none.',
  looksFor:
    'Routes in code that the OpenAPI document lacks, and the other way round; operations without `security` where the code demands it (or without it in code, where the document promises it); answers listing 200 only: no 400 or 422, 401, 403, 404, 409, 429, 5xx; schemas of `object` without properties; no limits on strings and arrays; a document kept by hand that no test compares.',
  sparesFor: [
    'Health, metrics and pages for people.',
    'Documents generated from what also validates (Fastify schemas, Nest with the plugin, Keelson), errors included by a shared component.',
    'Inner routes, marked so and not reachable from outside.',
  ],
  fix: 'Generate the document from the schemas that validate, share error answers as components, declare security globally and exceptions by name. Test in CI: every route in the document, every documented answer of the right shape, a linter (Spectral, Redocly).',
  numbers: [
    'API9:2023 is improper inventory management [OWASP API Security Top 10 2023].',
    '`default` matches all statuses that are not listed: 1 line covers 5xx [OpenAPI 3.1, Responses Object].',
  ],
  siblings: ['authorisation-missing-among-siblings', 'wrong-status-codes', 'breaking-api-change'],
  covers: ['missing 4xx, 429, 5xx in the contract', 'undocumented or unauthenticated operation'],
  wrong: {
    language: 'yaml',
    stack: 'OpenAPI 3.1',
    text: `paths:
  /orders:
    post:
      requestBody: { content: { application/json: { schema: { type: object } } } }
      responses:
        '200': { description: OK }`,
  },
  right: {
    language: 'yaml',
    stack: 'OpenAPI 3.1',
    text: `security: [{ bearer: [] }]
paths:
  /orders:
    post:
      operationId: placeOrder
      requestBody:
        required: true
        content: { application/json: { schema: { $ref: '#/components/schemas/NewOrder' } } }
      responses:
        '201': { $ref: '#/components/responses/Order' }
        '401': { $ref: '#/components/responses/Problem' }
        '409': { $ref: '#/components/responses/Problem' }
        '422': { $ref: '#/components/responses/Problem' }
        '429': { $ref: '#/components/responses/TooMany' }
        default: { $ref: '#/components/responses/Problem' }`,
  },
  executedBy: 'by-hand',
}
