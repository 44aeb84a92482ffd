/** Once-only keys over Postgres: their locks are tried, then what is stored under them is looked up. */
import type { Connection } from '../../postgres/connection.js'
import type { EffectRow, EffectTable, LockPlan } from '../port.js'
import { arrayOf } from './arrays.js'
import { firstError } from './burst.js'
import * as sql from './statements.js'

export async function sendClaims(
  connection: Connection,
  claims: LockPlan['claims'],
): Promise<{ claimed: boolean[]; stored: (EffectRow | undefined)[] }> {
  if (claims.length === 0) return { claimed: [], stored: [] }
  const tried = connection.send(sql.TRY_CLAIMS, [arrayOf(claims.map(({ lock }) => lock))])
  const tables = [...new Set(claims.map(({ table }) => table))]
  const lookups = tables.map((table) => storedRows(connection, table, claims))
  await firstError([tried, ...lookups])
  const found = await Promise.all(lookups)
  const claimed = claims.map(() => true)
  for (const [place] of (await tried).rows) claimed[Number(place) - 1] = false
  return { claimed, stored: claims.map(({ table, key }) => found[tables.indexOf(table)]!.get(key)) }
}

async function storedRows(
  connection: Connection,
  table: EffectTable,
  claims: LockPlan['claims'],
): Promise<ReadonlyMap<string, EffectRow>> {
  const keys = claims.filter((claim) => claim.table === table).map(({ key }) => key)
  const { rows } = await connection.send(sql.readClaims(table), [arrayOf(keys)])
  const place = table.columns.findIndex(({ name }) => name === table.lookup)
  return new Map(rows.map((row) => [row[place]!, row]))
}
