/**
 * What the replay did and whether the shop agrees with the files, for people (text) and for programs (JSON).
 */
import type { Sent } from './orders.js'
import type { Verdict } from './verify.js'

export interface Report {
  readonly itemsCreated: number
  readonly orders: Sent
  readonly elapsedMs: number
  readonly verdict: Verdict
  /** Every order is in and the totals are right. */
  readonly ok: boolean
}

const LINES_MAX = 10
const number = (value: number): string => value.toLocaleString('en-US')

const listed = (lines: readonly string[]): string[] => [
  ...lines.slice(0, LINES_MAX).map((line) => `  ${line}`),
  ...(lines.length > LINES_MAX ? [`  and ${lines.length - LINES_MAX} more`] : []),
]

const compared = (name: string, found: number, expected: number): string =>
  `${name.padEnd(14)} ${number(found)} ${found === expected ? 'as in the file' : `WRONG, the file says ${number(expected)}`}`

export const reportText = ({ itemsCreated, orders, elapsedMs, verdict, ok }: Report): string => {
  const { found, expected, dailyRevenue, wrongStock, itemsTotal } = verdict
  const { placed, replayed, alreadyThere, refused } = orders
  const rate = elapsedMs === 0 ? 0 : Math.round((orders.sent / elapsedMs) * 1000)
  return [
    `items          ${number(itemsTotal)}, of which created now ${number(itemsCreated)}`,
    `orders         ${number(orders.sent)} sent in ${(elapsedMs / 1000).toFixed(1)} s (${number(rate)} a second)`,
    `               ${number(placed)} placed, ${number(replayed)} replayed, ${number(alreadyThere)} already there, ${number(refused.length)} refused`,
    ...listed(refused),
    `stock          ${number(itemsTotal - wrongStock.length)} of ${number(itemsTotal)} items as in the file`,
    ...listed(wrongStock.map((item) => `item ${item.sku}: ${item.found}, the file says ${item.expected}`)),
    compared('quantity sold', found.quantity, expected.quantity),
    compared('revenue', found.revenue, expected.revenue),
    `by day         ${number(dailyRevenue)} ${dailyRevenue === found.revenue ? 'as of the items' : `WRONG, the items say ${number(found.revenue)}`}`,
    ok ? 'The shop agrees with the files.' : 'The shop does NOT agree with the files.',
  ].join('\n')
}
