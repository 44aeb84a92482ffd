/** What to write instead, in the words of each library. */
import type { DatabaseCall } from '../../catalogue/database/call.js'

const PAGE =
  'Give a page at a time: a limit that the caller may lower but not lift (say 100), and the last key of the page before as the cursor.'

export function fixFor({ library, sql }: DatabaseCall): string {
  if (sql) return `${PAGE} \`… where id > $2 order by id limit $1\`.`
  switch (library) {
    case 'prisma':
      return `${PAGE} \`take: limit, cursor: { id: after }, skip: 1, orderBy: { id: 'asc' }\`.`
    case 'drizzle':
    case 'kysely':
    case 'knex':
      return `${PAGE} \`.orderBy(…).limit(limit)\` with a condition on the last key.`
    case 'typeorm':
      return `${PAGE} \`take: limit, order: { id: 'ASC' }, where: { id: MoreThan(after) }\`.`
    default:
      return PAGE
  }
}
