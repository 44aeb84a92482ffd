/** Pages of a list: by cursor, which stays right while rows come and go, or by offset, for those who count pages. */
import type { SQL } from 'drizzle-orm'
import { KeelsonError } from '../errors.js'
import type { TableInfo, Tuple } from '../schema/table.js'
import { compileWhere, type CompiledWhere } from './condition.js'
import { listName, type Cursors } from './cursor.js'
import { compileOrder, type OrderColumn } from './order.js'
import type { Shape } from './port.js'
import { decodeRow, type AnyRow } from './rows.js'
import { countShape, rowsShape } from './shape.js'
import type { OffsetRequest, Order, PageRequest } from './vocabulary.js'

/** The highest limit of a page. */
export const PAGE_ROWS_MAX = 1000
/** The most rows that a page by offset passes over: the database reads them all. */
export const OFFSET_MAX = 10_000

/**
 * Rows that are asked for, at most, by the next higher of these numbers: callers choose limits, and each number is a
 * statement that connections keep prepared.
 */
const STEPS = [1, 5, 10, 20, 50, 100, 200, 500, PAGE_ROWS_MAX].map((rows) => rows + 1)

export interface AnyPageOptions {
  readonly where?: object | undefined
  readonly matching?: SQL | undefined
  readonly orderBy?: Order | readonly Order[] | undefined
  readonly page: PageRequest | OffsetRequest
  readonly total?: boolean | undefined
}

export interface AnyPage {
  readonly items: AnyRow[]
  readonly next?: string | null
  readonly total?: number
}

/** Reads the rows of a shape. */
export type ReadShaped = (
  shape: Shape,
  parameters: readonly string[],
  matching?: SQL,
) => Promise<readonly Tuple[]>

const misuse = (message: string): KeelsonError => new KeelsonError('invalid_use', { message })

export async function readPage(
  info: TableInfo,
  options: AnyPageOptions,
  cursors: Cursors,
  read: ReadShaped,
): Promise<AnyPage> {
  const { page, matching } = options
  if (!(Number.isInteger(page.limit) && page.limit >= 1 && page.limit <= PAGE_ROWS_MAX))
    throw misuse(`page.limit is a whole number from 1 to ${PAGE_ROWS_MAX}.`)
  const list: List = {
    info,
    where: compileWhere(info, options.where),
    order: compileOrder(info, options.orderBy),
    matching,
  }
  const isByOffset = 'offset' in page
  const counted = isByOffset || options.total === true ? total(list, read) : undefined
  // Awaited below; were the rows to fail first, nobody would hear of this one's failure.
  counted?.catch(() => undefined)
  const found = isByOffset ? await byOffset(list, page, read) : await byCursor(list, page, cursors, read)
  return counted === undefined ? found : { ...found, total: await counted }
}

interface List {
  readonly info: TableInfo
  readonly where: CompiledWhere
  readonly order: readonly OrderColumn[]
  readonly matching: SQL | undefined
}

async function byCursor(list: List, page: PageRequest, cursors: Cursors, read: ReadShaped): Promise<AnyPage> {
  const { info, where, order, matching } = list
  if (order.some(({ column }) => !info.columns[column]!.notNull))
    throw misuse('page() orders by columns that are never null.')
  const { limit, cursor } = page
  const name = listName(info, where, order, matching)
  const after = cursor === undefined ? [] : await cursors.open(name, cursor)
  const shape = rowsShape(info, where, order, stepOf(limit), { after: cursor !== undefined })
  const tuples = await read(shape, [...where.parameters, ...after], matching)
  const shown = tuples.slice(0, limit)
  const items = shown.map((tuple) => decodeRow(info, tuple))
  if (tuples.length <= limit) return { items, next: null }
  const last = shown.at(-1)!
  return {
    items,
    next: await cursors.seal(
      name,
      order.map(({ column }) => last[column]!),
    ),
  }
}

async function byOffset(list: List, { limit, offset }: OffsetRequest, read: ReadShaped): Promise<AnyPage> {
  const { info, where, order, matching } = list
  if (!(Number.isInteger(offset) && offset >= 0 && offset <= OFFSET_MAX))
    throw misuse(`page.offset is a whole number from 0 to ${OFFSET_MAX}.`)
  const shape = rowsShape(info, where, order, stepOf(limit), { skips: true })
  const tuples = await read(shape, [...where.parameters, String(offset)], matching)
  return { items: tuples.slice(0, limit).map((tuple) => decodeRow(info, tuple)) }
}

async function total({ info, where, matching }: List, read: ReadShaped): Promise<number> {
  const [tuple] = await read(countShape(info, where), where.parameters, matching)
  return Number(tuple![0])
}

const stepOf = (limit: number): number => STEPS.find((rows) => rows > limit)!
