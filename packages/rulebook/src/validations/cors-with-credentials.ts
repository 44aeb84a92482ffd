/** CORS that reflects the origin with credentials. */
import type { Validation } from '../entry.js'

export const corsWithCredentials: Validation = {
  kind: 'validation',
  id: 'cors-with-credentials',
  title: 'CORS that reflects the origin with credentials',
  severity: 'high',
  why: 'The same-origin rule keeps foreign pages from reading your answers. Reflecting whatever Origin arrives, with credentials, lifts it for everybody: any page a customer visits reads his orders and his CSRF tokens with his cookie.',
  looksFor:
    "`origin: true` or a function that allows all (or the request’s header copied into `Access-Control-Allow-Origin`) together with `credentials: true`; checks by `endsWith('example.com')`, `includes`, or an expression without anchors or with an unescaped dot; `null` allowed; a list that holds `http:` or localhost in production; a missing `Vary: Origin` where the header depends on it.",
  sparesFor: [
    '`*` without credentials for public data.',
    'A list of full origins compared for equality.',
    '`origin: true` under a check of the environment that is development only.',
    'APIs authorised by a header alone: there reflecting is untidy but gives no cookie away.',
  ],
  fix: 'A list of exact origins from configuration, compared as strings; credentials only where cookies are used; methods and headers by name; `Vary: Origin`.',
  numbers: [
    'With `*` browsers refuse credentials: of 2 headers needed one must name the origin itself [Fetch standard, CORS protocol and credentials].',
  ],
  siblings: ['csrf-defence-missing', 'unsafe-cookie-session', 'debug-and-default-accounts'],
  covers: ['CORS wildcard or reflection with credentials'],
  wrong: {
    language: 'ts',
    stack: 'Fastify 5 and @fastify/cors',
    text: `await app.register(cors, { origin: true, credentials: true })
await app.register(cookie)`,
  },
  right: {
    language: 'ts',
    stack: 'Fastify 5 and @fastify/cors',
    text: `const ORIGINS = new Set(['https://shop.example', 'https://admin.shop.example'])

await app.register(cors, {
  origin: (origin, done) => done(null, origin !== undefined && ORIGINS.has(origin)),
  credentials: true,
  methods: ['GET', 'POST', 'PATCH', 'DELETE'],
})`,
  },
  executedBy: 'by-hand',
}
