/** Money in floats. */
import type { SharpEdge } from '../entry.js'

export const moneyInFloats: SharpEdge = {
  kind: 'sharp-edge',
  id: 'money-in-floats',
  title: 'Money in floats',
  severity: 'high',
  why: 'Binary fractions cannot hold a tenth. Sums of prices in doubles are off by cents that nobody can explain, comparisons with zero fail, and the books do not balance. Each error is tiny; that they are found by an auditor is not.',
  symptoms: [
    'Totals differ by one cent',
    'Invoice and ledger do not match',
    'The balance is 0.0000000001 and the account cannot be closed',
    '19.99 * 100 is 1998.9999999999998',
    'VAT is rounded differently in two places',
  ],
  mechanism:
    '0.1 + 0.2 is 0.30000000000000004: doubles are sums of powers of two. Postgres `double precision` and `real` are the same. Sums depend on their order, so that a parallel query may give another one. `Math.round(x * 100)` turns 1.005 into 100. `numeric` comes from pg as a string, and `Number(…)` or `+` in JavaScript makes a float (or a concatenation) of it again. Splitting a total in three loses a cent unless somebody gets it.',
  confirm: [
    "`select table_name, column_name, data_type from information_schema.columns where data_type in ('real', 'double precision') and column_name ~ '(price|amount|total|balance|fee|tax)'`.",
    '`select order_id from lines group by 1 having sum(price::numeric * quantity) <> max(total::numeric)`.',
    'Search the code for parseFloat, toFixed and `Number(` near amounts. An off-by-one cent which comes with one locale or one tax rate only is a rounding rule instead.',
  ],
  wayOut: [
    'Stop the bleeding: compute totals in SQL with numeric, and compare with a tolerance until it is mended.',
    'Integers in the smallest unit (cents) with the currency beside them, `bigint` in SQL; or `numeric(19, 4)` and a decimal library. JSON carries integers or strings.',
    'Migrate by expand and contract: new column, back-fill `round(old::numeric * 100)`, compare, switch.',
    'One rounding rule, at one place, named (half-even or half-up, by line or by sum), and largest remainder for splits.',
    'A constraint that debits equal credits, and a nightly query that finds what does not balance.',
    'The shop of Keelson keeps prices in integers of cents.',
  ],
  numbers: [
    'Doubles hold integers exactly up to 2^53 - 1 = 9,007,199,254,740,991 [ECMAScript, Number.MAX_SAFE_INTEGER].',
    'Currencies have 0 (JPY), 2 or 3 (KWD) decimals: cents are not everywhere a hundredth [ISO 4217].',
  ],
  siblings: ['clock-skew-and-time-zones', 'primary-key-overflow', 'race-between-check-and-act'],
  covers: ['money in floats'],
  wrong: {
    language: 'ts',
    stack: 'TypeScript',
    text: `const total = lines.reduce((sum, line) => sum + line.price * line.quantity, 0) // 0.1 * 3
if (paid === total) close(order)
const share = Number((total / 3).toFixed(2)) // three of them are not the total`,
  },
  right: {
    language: 'ts',
    stack: 'TypeScript',
    text: `const totalCents = lines.reduce((sum, line) => sum + line.priceCents * line.quantity, 0)
if (paidCents === totalCents) close(order)

/** Parts that differ by a cent at most and sum up to the whole. */
const split = (cents: number, parts: number): number[] =>
  Array.from({ length: parts }, (_, at) => Math.floor(cents / parts) + (at < cents % parts ? 1 : 0))`,
  },
}
