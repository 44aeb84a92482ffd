/** SQL built from input. */
import type { Validation } from '../entry.js'

export const sqlInjection: Validation = {
  kind: 'validation',
  id: 'sql-injection',
  title: 'SQL built from input',
  severity: 'critical',
  why: 'One statement whose text a client can extend gives away the database with the rights of the service: other tenants’ rows, password hashes, often writes. Parameterised APIs exist in every library, so such a place is nearly always an escape hatch (`raw`, `unsafe`), a column to sort by, or an identifier that somebody thought harmless.',
  looksFor:
    'A value that a request decides (path, query, header, cookie, body, argument of a resolver, message of a socket or queue) reaches the text of SQL as text: by concatenation, a template literal, `join` or `replace`, within a function or through calls, in `pg` `query`, postgres.js `unsafe`, Prisma `$queryRawUnsafe`, `$executeRawUnsafe` and `Prisma.raw`, Drizzle `sql.raw`, Knex `raw` and its `…Raw` builders, TypeORM `query` and the string arguments of its query builder, Kysely `sql.raw`, Sequelize `literal`. Values, names, directions and `limit` count alike.',
  sparesFor: [
    'Values handed over as parameters: `$1` with an array, `?` bindings, `:name` with an object, tagged templates of postgres.js, Prisma, Drizzle, Kysely and slonik.',
    'A name looked up in a constant map, set or enum of the code, or compared with constants before it is used.',
    'Numbers by then: `Number(x)`, `parseInt`, a schema’s integer or UUID, before the text is built.',
    'Text quoted by the library itself (`escapeIdentifier`, `pg-format`’s `%I` and `%L`, postgres.js `sql(column)`), and text made from constants only, however it is concatenated.',
    'Methods that merely share a name: `cache.query(…)`, `raw()` of a body parser.',
  ],
  fix: 'Send values apart from the text, in the library’s own form. Choose names from a map whose values are constants of the code and refuse what is not in it. Pass a list as one array parameter (`= any($1)`). Escape `%` and `_` of a LIKE pattern, or use `strpos`.',
  numbers: [
    'CWE-89 stands third in the CWE Top 25 of 2024 [cwe.mitre.org/top25].',
    'At most 65,535 parameters fit one statement of the wire protocol; an array counts as 1 [PostgreSQL manual, Bind message: Int16 count].',
  ],
  siblings: [
    'injected-sql',
    'nosql-operators-from-input',
    'body-without-validation',
    'search-path-unsafe',
    'least-privilege',
    'tenancy-isolation',
  ],
  covers: [],
  wrong: {
    language: 'ts',
    stack: 'Express 5 and Prisma',
    text: `app.get('/orders', async (req, res) => {
  const order = String(req.query.sort ?? 'placed_at')
  const orders = await prisma.$queryRawUnsafe(
    \`select id, total from orders where status = '\${req.query.status}' order by \${order} limit 50\`,
  )
  res.json(orders)
})`,
  },
  right: {
    language: 'ts',
    stack: 'Express 5 and Prisma',
    text: `const SORTS = { placed_at: Prisma.sql\`placed_at desc, id\`, total: Prisma.sql\`total desc, id\` } as const
const Query = z.object({ status: z.enum(['open', 'paid']), sort: z.enum(['placed_at', 'total']) })

app.get('/orders', async (req, res) => {
  const { status, sort } = Query.parse(req.query)
  const orders = await prisma.$queryRaw\`
    select id, total from orders where status = \${status} order by \${SORTS[sort]} limit 50\`
  res.json(orders)
})`,
  },
  executedBy: 'rule',
}
