/** What this service takes and gives, as JSON Schema: Fastify compiles validators and serialisers from it. */

const text = { type: 'string', minLength: 1, maxLength: 100 } as const
const integer = { type: 'integer' } as const

export const orderRequest = {
  type: 'object',
  required: ['lines'],
  additionalProperties: false,
  properties: {
    lines: {
      type: 'array',
      minItems: 1,
      maxItems: 100,
      items: {
        type: 'object',
        required: ['sku', 'quantity'],
        additionalProperties: false,
        properties: { sku: text, quantity: { type: 'integer', minimum: 1, maximum: 100_000 } },
      },
    },
  },
} as const

export const order = {
  type: 'object',
  required: ['id', 'status', 'total', 'placedAt', 'lines'],
  properties: {
    id: { type: 'string' },
    status: { type: 'string' },
    total: integer,
    placedAt: { type: 'string' },
    lines: {
      type: 'array',
      items: {
        type: 'object',
        required: ['sku', 'quantity', 'unitPrice', 'total'],
        properties: { sku: { type: 'string' }, quantity: integer, unitPrice: integer, total: integer },
      },
    },
  },
} as const

export const itemRequest = { type: 'object', required: ['sku'], properties: { sku: text } } as const

export const item = {
  type: 'object',
  required: ['sku', 'name', 'category', 'price', 'stock'],
  properties: {
    sku: { type: 'string' },
    name: { type: 'string' },
    category: { type: 'string' },
    price: integer,
    stock: integer,
  },
} as const
