/** Request input used without validation. */
import type { Validation } from '../entry.js'

export const bodyWithoutValidation: Validation = {
  kind: 'validation',
  id: 'body-without-validation',
  title: 'Request input used without validation',
  severity: 'high',
  why: 'TypeScript’s types are gone when the request arrives. `req.query.id` may be a string, an array or an object, `body.amount` a negative number or the text "1e9", and the first place that notices is deep inside, as a 500 or, worse, not at all: `\'10\' + 5` is "105", and `ids.length` of a string counts letters.',
  looksFor:
    'Handlers that read body, query, parameters, headers or messages by a cast or a generic (`as CreateOrder`, `request.body as any`, `app.post<{ Body: Order }>` without a schema), or call string methods on a query value that can be an array; sockets, web-hooks and queue consumers included. Comparisons by `==`, and checks such as `includes` that hold for strings and arrays alike.',
  sparesFor: [
    'A schema at the route (Fastify `schema`, `zod` or `valibot` parse, ValidationPipe with a class, Hono validators, celebrate, tRPC input).',
    'Explicit checks of type and range before first use, and `String(x)` or `Number(x)` with a look at NaN.',
    'Raw bodies that only a signature check reads.',
    'Values that are stored or compared as opaque text through a parameter and whose type was pinned.',
  ],
  fix: 'Parse at the edge by one schema an operation, with ranges, lengths and formats, refusing unknown keys; answer 400 or 422 with a pointer to each wrong field; use the parsed value, never the raw one. Derive the types from the schema.',
  numbers: [
    'A JavaScript number is exact up to 2^53 - 1 = 9,007,199,254,740,991: larger ids travel as strings [ECMAScript, Number.MAX_SAFE_INTEGER].',
  ],
  siblings: [
    'mass-assignment',
    'nosql-operators-from-input',
    'resource-exhaustion-by-input',
    'environment-without-validation',
    'scattered-validation',
  ],
  covers: ['type confusion of parameters', 'request body used without validation'],
  wrong: {
    language: 'ts',
    stack: 'Fastify 5 and Drizzle',
    text: `app.post<{ Body: { sku: string; quantity: number } }>('/orders', async ({ body, query }) => {
  if (query.tags.includes('gift')) await wrap(body.sku)
  return db.insert(orders).values({ sku: body.sku, quantity: body.quantity }).returning()
})`,
  },
  right: {
    language: 'ts',
    stack: 'Fastify 5 with @fastify/type-provider-typebox and Drizzle',
    text: `const Order = Type.Object(
  {
    sku: Type.String({ pattern: '^[A-Z0-9-]{3,20}$' }),
    quantity: Type.Integer({ minimum: 1, maximum: 1000 }),
  },
  { additionalProperties: false },
)
const Tags = Type.Object({ tags: Type.Array(Type.String({ maxLength: 20 }), { maxItems: 10 }) })

app.post('/orders', { schema: { body: Order, querystring: Tags } }, async ({ body, query }) => {
  if (query.tags.includes('gift')) await wrap(body.sku)
  return db.insert(orders).values(body).returning()
})`,
  },
  executedBy: 'by-hand',
}
