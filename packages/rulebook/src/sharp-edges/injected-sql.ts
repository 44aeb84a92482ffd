/** SQL and NoSQL injection. */
import type { SharpEdge } from '../entry.js'

export const injectedSql: SharpEdge = {
  kind: 'sharp-edge',
  id: 'injected-sql',
  title: 'SQL and NoSQL injection',
  severity: 'critical',
  why: 'Where text from outside becomes part of a statement, whoever sends it writes your queries: reads other tenants’ rows, signs in without a password, drops tables. It needs one such place in a hundred thousand lines, and the usual ones are not the obvious concatenations but the column to sort by, the `raw` escape of an ORM, and the JSON body that is handed to a document store as a filter.',
  symptoms: [
    'A search with an apostrophe answers 500',
    'syntax error at or near in the log, with a user’s text in it',
    'Someone signed in without a password',
    'The scanner or penetration test reports SQL injection on the sort parameter',
    'Rows of another tenant appeared in a search result',
    'UNION SELECT or pg_sleep in the access log',
  ],
  mechanism:
    'The driver sends one text; Postgres cannot know which part of it was meant as a value. A quote closes the literal, and what follows is grammar: `union select` reads another table, `; drop` is a second statement (the simple protocol, which pg uses for statements without parameters, runs several). Parameters are sent apart from the text and are never parsed. They cannot stand for names, though: a column or a direction must be chosen from a list. In MongoDB the same happens through types: a body of `{"password": {"$ne": null}}` is a filter, not a string.',
  confirm: [
    "Send an apostrophe, then `' || '`: 500 for the first and an ordinary answer for the second means that the text is parsed.",
    '`grep -rnE "(query|execute|raw|unsafe|queryRawUnsafe)\\(\\s*`" src` and look at each `${`: a tagged template (sql`…`, `$queryRaw`) is safe, the same text in a call is not. The rule `sql-injection` of @keelson/review follows the values instead.',
    "`select query, calls from pg_stat_statements where query ~* 'pg_sleep|information_schema|union all select'`.",
    'For document stores: send `{"$ne": null}` where a string is expected; anything but 400 is a finding.',
  ],
  wayOut: [
    'Stop the bleeding: take the route out of service or validate its parameters by a list at the gateway; a filter for "bad words" is no defence.',
    'Assume that data was read: keep the logs, rotate what the role could see (password hashes, tokens), inform whom the law names.',
    'Values as parameters, always; names by a map from allowed input to constant text; lists as one array parameter (`= any($1)`).',
    'Validate types at the edge (a string is a string), so that no operator object reaches a document store.',
    'Make the next one cheaper: the service’s role owns nothing, cannot run DDL, sees its schema only, and has row-level security where tenants share tables.',
    'In Keelson reads and writes are built from declared tables, with values always apart; only `tx.sql` takes statements.',
  ],
  numbers: [
    'Injection is number 3 of the OWASP Top 10 of 2021, CWE-89 number 3 of the CWE Top 25 of 2024 [owasp.org/Top10, cwe.mitre.org/top25].',
    'A parameter costs nothing: a prepared statement by name also saves parsing and, after 5 executions, often planning [PostgreSQL manual, PREPARE: plan_cache_mode].',
  ],
  siblings: ['secrets-in-code', 'scattered-validation', 'secrets-in-logs'],
  covers: ['SQL and NoSQL injection'],
  wrong: {
    language: 'ts',
    stack: 'Fastify 5 and pg',
    text: `function naive(pool: pg.Pool) {
  const app = Fastify()
  app.get<Search>('/products', async ({ query: { name, sort } }) => {
    const { rows } = await pool.query<object>(
      \`select name, price from products where name like '%\${name}%' order by \${sort}\`,
    )
    return rows
  })
  return app
}`,
  },
  right: {
    language: 'ts',
    stack: 'Fastify 5 and pg',
    text: `const SORTS: Record<string, string> = { name: 'name', price: 'price' }

function mended(pool: pg.Pool) {
  const app = Fastify()
  app.get<Search>('/products', async ({ query: { name, sort } }, reply) => {
    const column = Object.hasOwn(SORTS, sort) ? SORTS[sort] : undefined
    if (column === undefined) return reply.code(400).send({ code: 'invalid_input', pointer: '/sort' })
    const { rows } = await pool.query<object>(
      \`select name, price from products where strpos(name, $1) > 0 order by \${column}\`,
      [name],
    )
    return rows
  })
  return app
}`,
  },
  reproduction: 'injected-sql.test.ts',
}
