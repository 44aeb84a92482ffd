/** Money in floats. */
import type { Validation } from '../entry.js'

export const moneyInFloat: Validation = {
  kind: 'validation',
  id: 'money-in-float',
  title: 'Money in floats',
  severity: 'high',
  why: 'Binary floats cannot hold a tenth. Sums drift by cents, comparisons fail, and two ways of rounding give an invoice and a ledger that differ. Nobody sees it on one order; the auditor sees it on a million.',
  looksFor:
    'Columns for money of type `real`, `double precision`, `Float`, or `money`; `parseFloat` and `Number` on amounts, `numeric` turned into a number by a type parser and calculated with; `price * quantity * 1.19`, `toFixed(2)` as rounding, percentages split without dealing with the rest; amounts without currency.',
  sparesFor: [
    'Integers in the smallest unit, with the currency beside them.',
    '`numeric` read as text and calculated by a decimal library or in SQL.',
    'Floats that are shown only: charts, estimates, exchange rates of a display.',
    'JSON numbers of partners, converted at the edge.',
  ],
  fix: 'Store `bigint` of minor units (or `numeric(19,4)` where fractions of cents count) and an ISO 4217 code. Calculate in integers or decimals, round once, by a named rule, and distribute the rest. Send amounts as integers or strings.',
  numbers: [
    '0.1 + 0.2 is 0.30000000000000004 [IEEE 754, double].',
    'ISO 4217 has currencies with 0, 2, 3 and 4 decimals (JPY, EUR, KWD, CLF): 100 is not always the factor [ISO 4217].',
  ],
  siblings: ['money-in-floats', 'outdated-column-types', 'body-without-validation'],
  covers: ['money in float'],
  wrong: {
    language: 'prisma',
    stack: 'Prisma',
    text: `model Invoice {
  id    String @id @db.Uuid
  net   Float
  total Float
}`,
  },
  right: {
    language: 'prisma',
    stack: 'Prisma',
    text: `model Invoice {
  id         String @id @db.Uuid
  netCents   BigInt
  totalCents BigInt
  currency   String @db.VarChar(3)
}`,
  },
  executedBy: 'by-hand',
}
