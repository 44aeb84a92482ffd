import envSchema from 'env-schema'

export const config = envSchema({
  schema: {
    type: 'object',
    required: ['DATABASE_URL', 'JWT_SECRET'],
    properties: {
      DATABASE_URL: { type: 'string' },
      JWT_SECRET: { type: 'string', minLength: 32 },
      PORT: { type: 'integer', default: 4000 },
      HOOK_URL: { type: 'string', default: 'http://localhost:9999/hook' },
      SEARCH_URL: { type: 'string', default: 'http://localhost:7700' }
    }
  }
})
