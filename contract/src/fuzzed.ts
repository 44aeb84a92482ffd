/** Examples under the fuzzer: what they begin with, the fuzzer's run, and what must be true of them afterwards. */
import { runCampaign, type Report } from './fuzz/campaign.js'
import type { Service } from './service.js'

const SKUS = ['tea', 'rye', 'ale', 'oil']

export interface Run {
  readonly seed: number
  readonly requests: number
  readonly from?: number
  readonly onProgress?: (sent: number, findings: number) => void
}

export async function fuzzShop(shop: Service, run: Run): Promise<Report> {
  for (const sku of SKUS) {
    await shop.server.inject({
      method: 'PUT',
      url: `/v1/items/${sku}`,
      headers: { authorization: `Bearer ${shop.key}` },
      payload: { name: sku, category: 'food', price: 100, stock: 1_000_000 },
    })
  }
  return fuzz(shop, run)
}

export const fuzz = (service: Service, run: Run): Promise<Report> =>
  runCampaign({
    ...run,
    url: service.url,
    document: service.server.openapi,
    known: SKUS,
    credentials: [service.key, service.customerKey].map((key) => `Bearer ${key}`),
    concurrency: 8,
  })

/** What is left behind in the database: sessions at work, or in a transaction, though nobody asks for anything. */
export async function leftBehind(service: Service): Promise<string[]> {
  const problems: string[] = []
  for (let look = 0; look < 100; look++) {
    problems.length = 0
    const { rows } = await service.admin.query<{ state: string; query: string }>(
      `select state, query from pg_stat_activity where datname = $1 and state <> 'idle' and backend_type = 'client backend'`,
      [service.database],
    )
    problems.push(...rows.map(({ state, query }) => `a session is ${state}: ${query.slice(0, 100)}`))
    if (problems.length === 0) break
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const ready = await service.server.inject('/readyz')
  if (ready.statusCode !== 200) problems.push(`/readyz answers ${ready.statusCode}`)
  if ('polluted' in {}) problems.push('a prototype was polluted')
  return problems
}
