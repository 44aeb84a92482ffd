/** Input and output of queries that answer page by page; `db.page` takes the one and gives the other. */
import * as z from 'zod'
import type { None } from './definition.js'

const PAGE = {
  limit: z.int().min(1).max(100).default(20).describe('How many items at most.'),
  cursor: z.string().max(2000).optional().describe('The `next` of the page before.'),
}

export type PageInputShape<S extends z.ZodRawShape> = S & typeof PAGE

/** `limit` (1 to 100, default 20) and `cursor`, beside fields of one's own such as filters. */
export function pageInput<S extends z.ZodRawShape = None>(fields?: S): z.ZodObject<PageInputShape<S>> {
  return z.object({ ...PAGE, ...fields }) as unknown as z.ZodObject<PageInputShape<S>>
}

/** `items`, and `next`: the cursor of what follows, null on the last page. */
export function pageOf<T extends z.ZodType>(
  item: T,
): z.ZodObject<{ items: z.ZodArray<T>; next: z.ZodNullable<z.ZodString> }> {
  return z.object({ items: z.array(item), next: z.string().nullable() })
}
