/**
 * An order as its owner sees it. Columns that are not named here never leave.
 */
import { rowSchema } from 'keelson'
import { z } from 'zod'
import { orderLines, orders } from './tables.js'

const Line = rowSchema(orderLines).pick({ sku: true, quantity: true, unitPrice: true, total: true })

export const Order = rowSchema(orders)
  .pick({ id: true, status: true, total: true, placedAt: true })
  .extend({ lines: z.array(Line) })
