/** Default accounts, debug and introspection in production. */
import type { Validation } from '../entry.js'

export const debugAndDefaultAccounts: Validation = {
  kind: 'validation',
  id: 'debug-and-default-accounts',
  title: 'Default accounts, debug and introspection in production',
  severity: 'high',
  why: 'What helps during development opens production: an administrator that the seed makes with a known password, a console on a port, a query page that lists every field, a route that resets the database. Scanners know the paths and the passwords, and try them within hours of a deploy.',
  looksFor:
    "A seed or migration that makes an account with a fixed password and runs in production; a bypass (`if (token === 'dev')`, a header that skips the sign-in); `--inspect=0.0.0.0`, source maps or `/debug`, `/test`, `/seed`, `/metrics`, pprof and queue boards (Bull Board, Adminer) served without authorisation; GraphQL with introspection, playground, batching or field suggestions on; Swagger UI of internal operations; `NODE_ENV` unset in the image; default credentials in compose files or charts used for production.",
  sparesFor: [
    'The same under a check that holds in production (`NODE_ENV`, a flag that is off by default), or on a port that only the operator’s network reaches.',
    'First administrator from a one-time token or from the environment, who must set a password.',
    'Introspection of a public API whose schema is published anyway.',
    'OpenAPI of public operations.',
  ],
  fix: 'Make the first account by a command at installation with a random password. Remove bypasses, also “temporary” ones. Serve debug and metrics on another port. Start images with NODE_ENV=production, and test that debug routes answer 404 there.',
  numbers: [
    'The inspector listens on port 9229 and runs any code that is sent to it [Node documentation, Debugging: security implications].',
    'API8:2023 is security misconfiguration [OWASP API Security Top 10 2023].',
  ],
  siblings: [
    'hard-coded-secret',
    'environment-without-validation',
    'authorisation-missing-among-siblings',
    'leaking-error-answer',
  ],
  covers: ['default accounts', 'debug and introspection in production'],
  wrong: {
    language: 'ts',
    stack: 'Apollo Server and Prisma',
    text: `const server = new ApolloServer({ typeDefs, resolvers, introspection: true })
await prisma.user.upsert({
  where: { email: 'admin@example.com' },
  create: { email: 'admin@example.com', role: 'admin', passwordHash: await argon2.hash('admin') },
  update: {},
})`,
  },
  right: {
    language: 'ts',
    stack: 'Apollo Server and Prisma',
    text: `const server = new ApolloServer({
  typeDefs,
  resolvers,
  introspection: config.isDevelopment,
  includeStacktraceInErrorResponses: false,
  validationRules: [depthLimit(8)],
})
// The first administrator: \`npm run create-admin -- --email …\` prints a link that works once, for an hour.`,
  },
  executedBy: 'by-hand',
}
