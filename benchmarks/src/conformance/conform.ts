/** Runs the checks against a contender on a fresh copy of its database, then looks at the database itself. */
import { startApp } from '../contenders/app-process.js'
import type { Contender, ShopSide } from '../contenders/contender.js'
import { withClient } from '../database/client.js'
import type { FreshDatabase } from '../database/fresh-database.js'
import { brokenInvariants } from '../database/invariants.js'
import { CHECKS, SCARCE } from './checks.js'
import { shopFace, type ShopFace } from './shop-face.js'

/** Throws an error that names every check that failed. */
export async function conform(contender: Contender, shop: ShopSide, database: FreshDatabase): Promise<void> {
  const url = await database.copy()
  await withClient(url, async (client) => {
    for (const [sku, stock] of Object.entries(SCARCE)) {
      await client.query('update items set stock = $2 where sku = $1', [sku, stock])
    }
  })
  const app = await startApp(contender, url, database.token)
  const placed = { orders: 0 }
  const failures: string[] = []
  try {
    const face = counting(shopFace(app.port, database.token), placed)
    for (const check of CHECKS) {
      try {
        await check.run(face)
      } catch (error) {
        failures.push(`- ${check.name}: ${error instanceof Error ? error.message : String(error)}`)
      }
    }
  } finally {
    await app.stop()
  }
  const broken = await brokenInvariants(url, shop, { orders: placed.orders, unanswered: 0, stocks: SCARCE })
  failures.push(...broken.map((what) => `- afterwards: ${what}`))
  if (failures.length > 0) throw new Error(`${contender.name} does not conform:\n${failures.join('\n')}`)
}

/** Counts orders as clients see them: each location once. */
function counting(face: ShopFace, placed: { orders: number }): ShopFace {
  const seen = new Set<string>()
  return {
    ...face,
    async order(lines, idempotencyKey) {
      const reply = await face.order(lines, idempotencyKey)
      if (reply.status === 201 && reply.location !== null) seen.add(reply.location)
      placed.orders = seen.size
      return reply
    },
  }
}
