/** After a pass: the database must agree with what the clients were told, or the pass proves nothing. */
import { withClient } from '../database/client.js'
import type { LoadResult } from '../load/plan.js'

const START = 10_000 * 1_000_000

export async function brokenRules(databaseUrl: string, work: string, load: LoadResult): Promise<string[]> {
  const [state] = await withClient(databaseUrl, async (client) => {
    const { rows } = await client.query<{ sum: string; poor: number; taken: number; doubled: number }>(
      `select (select sum(balance) from accounts)::text as sum,
        (select count(*) from accounts where balance < 0)::int as poor,
        (select count(*) from reservations)::int as taken,
        (select count(*) from (select from reservations group by room, day, hour having count(*) > 1) as d)::int as doubled`,
    )
    return rows
  })
  const { sum, poor, taken, doubled } = state!
  const broken: string[] = []
  if (poor > 0) broken.push(`${poor} accounts are below zero`)
  if (doubled > 0) broken.push(`${doubled} hours are reserved twice`)
  const deposited = work === 'transfer' || work === 'reserve' ? 0 : (load.allStatuses['204'] ?? 0)
  const reserved = load.allStatuses['201'] ?? 0
  within(broken, 'deposits', Number(sum) - START, deposited, load.unanswered)
  within(broken, 'reservations', taken, reserved, load.unanswered)
  return broken
}

function within(broken: string[], what: string, found: number, told: number, unanswered: number): void {
  if (found < told || found > told + unanswered)
    broken.push(`${found} ${what} are stored, ${told} were acknowledged, ${unanswered} not answered`)
}
