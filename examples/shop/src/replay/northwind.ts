/**
 * The real input: products and orders of the Northwind trading company, from the files in data/northwind (their
 * licence beside them). Also what the shop must come to once all orders are in.
 */
import { readFile } from 'node:fs/promises'
import { lineTotal } from '../modules/orders/pricing.js'

export interface Product {
  readonly sku: string
  readonly name: string
  readonly category: string
  readonly price: number
  readonly unitsInStock: number
}

export interface NorthwindLine {
  readonly sku: string
  readonly quantity: number
  readonly unitPrice: number
  readonly discountPercent: number
}

export interface NorthwindOrder {
  readonly reference: string
  readonly customer: string
  readonly placedAt: string
  readonly lines: readonly NorthwindLine[]
}

export interface Dataset {
  readonly products: readonly Product[]
  readonly orders: readonly NorthwindOrder[]
}

// Seen from dist/src/replay, where this file runs.
const FOLDER = new URL('../../../data/northwind/', import.meta.url)

/** The files hold no quoted field; one would be refused rather than misread. */
const readCsv = async (name: string): Promise<string[][]> => {
  const text = await readFile(new URL(name, FOLDER), 'utf8')
  if (text.includes('"')) throw new Error(`${name}: quoted fields are not supported.`)
  const [header = '', ...lines] = text.trim().split(/\r?\n/)
  const width = header.split(',').length
  return lines.map((line) => {
    const fields = line.split(',')
    if (fields.length !== width) throw new Error(`${name}: ${width} fields expected in "${line}".`)
    return fields
  })
}

export const readNorthwind = async (): Promise<Dataset> => {
  const names = ['products.csv', 'customers.csv', 'orders.csv', 'order_lines.csv'] as const
  const [products, customers, orders, lines] = await Promise.all(names.map(readCsv))
  const companies = new Map(customers?.map(([id = '', company = '']) => [id, company]))
  const linesOf = new Map<string, NorthwindLine[]>()
  for (const [order = '', sku = '', quantity, unitPrice, discountPercent] of lines ?? []) {
    const line = {
      sku,
      quantity: Number(quantity),
      unitPrice: Number(unitPrice),
      discountPercent: Number(discountPercent),
    }
    linesOf.set(order, [...(linesOf.get(order) ?? []), line])
  }
  return {
    products: (products ?? []).map(([sku = '', name = '', category = '', price, unitsInStock]) => ({
      sku,
      name,
      category,
      price: Number(price),
      unitsInStock: Number(unitsInStock),
    })),
    orders: (orders ?? []).map(([reference = '', customer = '', date]) => ({
      reference,
      customer: companies.get(customer) ?? customer,
      placedAt: `${date}T00:00:00Z`,
      lines: linesOf.get(reference) ?? [],
    })),
  }
}

export interface Totals {
  readonly quantity: number
  readonly revenue: number
}

/** What these orders sell. */
export const totalsOf = (orders: readonly NorthwindOrder[]): Totals => {
  const lines = orders.flatMap((order) => order.lines)
  return {
    quantity: lines.reduce((sum, line) => sum + line.quantity, 0),
    revenue: lines.reduce(
      (sum, line) => sum + lineTotal(line.quantity, line.unitPrice, line.discountPercent),
      0,
    ),
  }
}

/** The catalogue before the first order: each stock is what the orders sell and what is left at the end. */
export const openingItems = ({ products, orders }: Dataset) => {
  const sold = new Map<string, number>()
  for (const { sku, quantity } of orders.flatMap((order) => order.lines))
    sold.set(sku, (sold.get(sku) ?? 0) + quantity)
  return products.map(({ unitsInStock, ...item }) => ({
    ...item,
    stock: unitsInStock + (sold.get(item.sku) ?? 0),
  }))
}
