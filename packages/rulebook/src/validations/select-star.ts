/** `select *` in a service. */
import type { Validation } from '../entry.js'

export const selectStar: Validation = {
  kind: 'validation',
  id: 'select-star',
  title: '`select *` in a service',
  severity: 'low',
  why: 'A star reads what nobody asked for: the large JSON column that lives apart and must be fetched for each row, the password hash that then slips into an answer, and tomorrow’s column that breaks a cached plan or a mapper. It also keeps an index-only scan from ever being chosen.',
  looksFor:
    '`select *` in SQL of a service, `select().from(t)` of Drizzle, `knex(t)` or `find` without columns, Prisma without `select` or `omit`, on tables with wide columns (text, jsonb, bytea), secrets, or more than some ten columns, where the result is answered or mapped; `returning *` likewise.',
  sparesFor: [
    '`count(*)`, `exists (select * …)`, and a star over a CTE that names its columns.',
    'Narrow tables of which all columns are used, and code that writes the whole row back.',
    'Ad hoc queries, migrations, tests.',
  ],
  fix: 'Name the columns that the operation uses, and share the list as a constant. Mark hashes and tokens as omitted by default (Prisma `omit`, TypeORM `select: false`).',
  numbers: [
    'Values above about 2 kB are stored out of line and fetched apart, for each row that is read [PostgreSQL manual, TOAST].',
  ],
  siblings: ['unbounded-read', 'unbounded-query', 'mass-assignment', 'secrets-or-personal-data-logged'],
  covers: ['select star'],
  wrong: {
    language: 'ts',
    stack: 'Fastify 5 and pg',
    text: `app.get('/users', async () => {
  const { rows } = await pool.query('select * from users order by id limit 50')
  return rows
})`,
  },
  right: {
    language: 'ts',
    stack: 'Fastify 5 and pg',
    text: `app.get('/users', async () => {
  const { rows } = await pool.query('select id, name, joined_at from users order by id limit 50')
  return rows
})`,
  },
  executedBy: 'by-hand',
}
