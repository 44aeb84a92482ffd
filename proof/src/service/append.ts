/**
 * Lists to append to, for the checker of list-append histories. A list whose name begins with `r` is many rows, any
 * other is one row with a text. One command does several reads and appends, one after the other.
 */
import { anyone, command, query, type Reads } from 'keelson'
import { asc } from 'drizzle-orm'
import { z } from 'zod'
import { listItems, lists } from './tables.js'

const isRows = (list: string): boolean => list.startsWith('r')

const numbersOf = (text: string): number[] => (text === '' ? [] : text.split(',').map(Number))

async function rowsOf(db: Reads, list: string): Promise<number[]> {
  const rows = await db.list(listItems, { where: { list }, orderBy: asc(listItems.position) })
  return rows.map(({ value }) => Number(value))
}

export const append = command('append.run', {
  http: { post: '/append.run' },
  input: z.object({
    token: z.string(),
    steps: z.array(z.object({ list: z.string(), append: z.number().optional() })),
  }),
  output: z.object({ reads: z.array(z.array(z.number())) }),
  allow: anyone,
  async run({ input: { steps }, tx, id }) {
    const reads: number[][] = []
    // Before the first append: a list of a table that this command has written to would send it solo.
    const known = new Map<string, number[]>()
    for (const { list } of steps)
      if (isRows(list) && !known.has(list)) known.set(list, await rowsOf(tx, list))
    for (const { list, append: value } of steps) {
      const rows = known.get(list)
      const row = rows === undefined ? await tx.get(lists, list) : undefined
      if (value === undefined) reads.push([...(rows ?? numbersOf(row?.items ?? ''))])
      else if (rows !== undefined) {
        tx.insert(listItems, { id: id(), list, position: rows.length, value: String(value) })
        rows.push(value)
      } else if (row === undefined) tx.insert(lists, { id: list, items: String(value) })
      else tx.update(lists, list, { items: `${row.items},${value}` })
    }
    return { reads }
  },
})

export const lookList = query('look.list', {
  http: { get: '/look.list' },
  input: z.object({ list: z.string() }),
  output: z.object({ values: z.array(z.number()) }),
  allow: anyone,
  run: async ({ input: { list }, db }) => ({
    values: isRows(list) ? await rowsOf(db, list) : numbersOf((await db.get(lists, list))?.items ?? ''),
  }),
})
