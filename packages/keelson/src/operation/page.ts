/**
 * Input and output of queries that answer page by page; `db.page` takes the one and gives the other. Which filters and
 * which orders a caller may choose is said here too: what is not declared is refused like any other unknown field.
 */
import * as z from 'zod'
import { OFFSET_MAX, PAGE_ROWS_MAX } from '../engine/page.js'
import { KeelsonError } from '../errors.js'
import type { None } from './definition.js'
import { filterFields, filterOf, type Filters, type FilterValues, type FilterWire } from './filter.js'
import { checkSorts, orderOf, sortField, type Sorts, type SortValue, type SortWire } from './sort.js'

/** Longest cursor. */
export const CURSOR_LENGTH_MAX = 4000

interface PageFields {
  limit: z.ZodDefault<z.ZodInt>
  cursor: z.ZodOptional<z.ZodString>
}
interface OffsetFields {
  limit: z.ZodDefault<z.ZodInt>
  offset: z.ZodDefault<z.ZodInt>
}
type Fields<P> = P extends 'offset' ? OffsetFields : PageFields

export type PageInputShape<S extends z.ZodRawShape, P = 'cursor'> = S & Fields<P>

export interface PageInputOptions<
  P extends 'cursor' | 'offset' = 'cursor' | 'offset',
  F extends Filters | undefined = Filters | undefined,
  S extends Sorts | undefined = Sorts | undefined,
> {
  /** Default 20. */
  readonly limitDefault?: number
  /** Default 100; at most 1,000. */
  readonly limitMax?: number
  /** `offset`: pages are counted, and their output has a `total`. Default `cursor`. */
  readonly page?: P
  /** What callers may filter by: `{ status: orders.status, placedAt: range(orders.placedAt) }`. */
  readonly filter?: F
  /** What callers may sort by; the first is the default: `{ newest: desc(orders.placedAt), total: orders.total }`. */
  readonly sort?: S
}

/** What a handler finds in `input` beside its own fields. */
type Chosen<F, S> = (F extends Filters ? { filter: FilterValues<F> } : unknown) &
  (S extends Sorts ? { sort: SortValue } : unknown)

/** An input whose filters and order have been read; `Sent` is what callers send. */
export type ListInput<Shape extends z.ZodRawShape, F, S> = z.ZodType<
  z.output<z.ZodObject<Shape>> & Chosen<F, S>,
  z.input<z.ZodObject<Shape>> &
    (F extends Filters ? FilterWire<F> : unknown) &
    (S extends Sorts ? SortWire<S> : unknown)
>

/**
 * `limit` (1 to 100, default 20) and `cursor`, beside fields of one's own. With `filter` and `sort`, the handler finds
 * them as `input.filter`, to be spread into `where`, and as `input.sort`, to be given as `orderBy`.
 * Throws `invalid_definition` where these cannot work.
 */
export function pageInput<S extends z.ZodRawShape = None, P extends 'cursor' | 'offset' = 'cursor'>(
  fields?: S,
  options?: PageInputOptions<P, undefined, undefined>,
): z.ZodObject<PageInputShape<S, P>>
export function pageInput<
  O extends z.ZodRawShape,
  P extends 'cursor' | 'offset' = 'cursor',
  F extends Filters | undefined = undefined,
  S extends Sorts | undefined = undefined,
>(fields: O, options: PageInputOptions<P, F, S>): ListInput<PageInputShape<O, P>, F, S>
export function pageInput(fields: z.ZodRawShape = {}, options: PageInputOptions = {}): z.ZodType {
  const { filter, sort, page } = options
  if (sort !== undefined && page !== 'offset') checkSorts(sort)
  const shape = { ...pageFields(options), ...fields }
  if (filter === undefined && sort === undefined) return z.object(shape)
  const all = { ...shape, ...filterFields(filter ?? {}), ...(sort === undefined ? {} : sortField(sort)) }
  return z.object(all).transform((sent: Record<string, unknown>) => ({
    ...Object.fromEntries(Object.keys(shape).map((name) => [name, sent[name]])),
    ...(filter === undefined ? {} : { filter: filterOf(filter, sent) }),
    ...(sort === undefined ? {} : { sort: orderOf(sort, sent['sort'] as string) }),
  }))
}

function pageFields({ limitDefault, limitMax = 100, page }: PageInputOptions): z.ZodRawShape {
  if (limitMax > PAGE_ROWS_MAX || (limitDefault ?? 1) > limitMax)
    throw new KeelsonError('invalid_definition', {
      message: `pageInput: \`limitMax\` is at most ${PAGE_ROWS_MAX}, and \`limitDefault\` at most \`limitMax\`.`,
    })
  const limit = z
    .int()
    .min(1)
    .max(limitMax)
    .default(limitDefault ?? Math.min(20, limitMax))
    .describe('How many items at most.')
  if (page === 'offset') {
    const offset = z.int().min(0).max(OFFSET_MAX).default(0).describe('How many items to pass over.')
    return { limit, offset }
  }
  const cursor = z.string().max(CURSOR_LENGTH_MAX).optional().describe('The `next` of the page before.')
  return { limit, cursor }
}

type NextField<T extends z.ZodType> = { items: z.ZodArray<T>; next: z.ZodNullable<z.ZodString> }

/** `items`, and `next`: the cursor of what follows, null on the last page. `total` where it is asked for. */
export function pageOf<T extends z.ZodType>(item: T): z.ZodObject<NextField<T>>
export function pageOf<T extends z.ZodType>(
  item: T,
  options: { readonly page: 'offset' },
): z.ZodObject<{ items: z.ZodArray<T>; total: z.ZodInt }>
export function pageOf<T extends z.ZodType>(
  item: T,
  options: { readonly total: true },
): z.ZodObject<NextField<T> & { total: z.ZodInt }>
export function pageOf(item: z.ZodType, options: { page?: 'offset'; total?: true } = {}): z.ZodObject {
  const items = z.array(item)
  const total = z.int().min(0).describe('How many items there are on all pages.')
  if (options.page === 'offset') return z.object({ items, total })
  const next = z.string().nullable().describe('The `cursor` of the next page; null on the last one.')
  return z.object(options.total === true ? { items, next, total } : { items, next })
}
