/** Environment read without validation. */
import type { Validation } from '../entry.js'

export const environmentWithoutValidation: Validation = {
  kind: 'validation',
  id: 'environment-without-validation',
  title: 'Environment read without validation',
  severity: 'medium',
  why: 'A variable that is missing or misspelt is `undefined` until the line that uses it runs: at the first payment, at night, in one region. `Number(undefined)` is NaN and a pool of NaN connections; the text "false" is true. A process that starts with a wrong configuration passes its health check and takes traffic.',
  looksFor:
    "`process.env.X` (also destructured, through an alias or a thin helper) used where a request is served or a client is configured, when nothing checks it at start: no schema over the environment, no throw when it is missing; casts (`as string`, `!`) in place of a check; `Number(process.env.X)` or `parseInt` without a look at NaN; `=== 'true'` scattered over files.",
  sparesFor: [
    'One module that parses the whole environment by a schema (Zod, envalid, TypeBox, `@nestjs/config` with a validation schema, `@fastify/env`) and is imported at start; reads inside it.',
    'A read followed at once by a check that throws or exits.',
    "`NODE_ENV` and such, compared with constants; optional switches with a sound default (`LOG_LEVEL ?? 'info'`).",
    'Build and tool configuration, tests, scripts.',
    'Reads of a platform’s own variables that the platform guarantees (`VERCEL_REGION` for a log field).',
  ],
  fix: 'Parse the environment once, before anything connects, into a typed and frozen object; name every wrong variable in one message and exit with a code other than 0. Import that object, never `process.env`. Give secrets no default.',
  numbers: [
    'Each value in `process.env` is a string; assigning undefined stores the 9 letters "undefined" [Node documentation, process.env].',
    'Factor 3 of twelve keeps configuration in the environment, apart from code [12factor.net/config].',
  ],
  siblings: [
    'hard-coded-secret',
    'secrets-management',
    'body-without-validation',
    'debug-and-default-accounts',
  ],
  covers: ['environment variables read without validation'],
  wrong: {
    language: 'ts',
    stack: 'Fastify 5 and pg',
    text: `const pool = new pg.Pool({
  connectionString: process.env.DATABASE_URL,
  max: Number(process.env.POOL_MAX),
  ssl: process.env.DATABASE_SSL ? { rejectUnauthorized: true } : undefined,
})
await app.listen({ port: parseInt(process.env.PORT!) })`,
  },
  right: {
    language: 'ts',
    stack: 'Fastify 5 and pg',
    text: `const parsed = z
  .object({
    DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
    POOL_MAX: z.coerce.number().int().min(1).max(100).default(10),
    PORT: z.coerce.number().int().min(1).max(65_535).default(3000),
  })
  .safeParse(process.env)
if (!parsed.success) {
  console.error(z.prettifyError(parsed.error))
  process.exit(78)
}
export const config = Object.freeze(parsed.data)`,
  },
  executedBy: 'rule',
}
