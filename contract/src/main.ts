/**
 * `npm run fuzz`: the shop on an embedded Postgres, under requests that are wrong in every way. Prints what it found, and
 * ends with 1 if there was anything.
 */
import { mkdtempSync, rmSync, chmodSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startEmbeddedPostgres } from '@keelson/embedded'
import { spelled } from './fuzz/campaign.js'
import { fuzzShop, leftBehind } from './fuzzed.js'
import { startShop } from './service.js'

const HELP = `npm run fuzz -- [options]

  --requests N   how many requests to send (10000)
  --seed N       which ones; printed at the start (by the clock)
  --from N       the number of the first one: with --requests 1 it is sent alone (0)
  --help         this text

KEELSON_TEST_DATABASE_URL names a server to use instead of an embedded one.
`
/** How much the heap may grow from a tenth of the run to its end. */
const GROWTH_MAX = 64 * 1024 * 1024

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '10000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    from: { type: 'string', default: '0' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log(HELP)
  process.exit(0)
}
const [requests, seed, from] = [values.requests, values.seed, values.from].map((text) => {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  console.error(`\`${text}\` is no number.\n\n${HELP}`)
  process.exit(2)
}) as [number, number, number]

const folder = mkdtempSync(join(tmpdir(), 'keelson-fuzz-'))
// As root the server is started as another user, who must be able to walk in.
chmodSync(folder, 0o755)
const given = process.env.KEELSON_TEST_DATABASE_URL
const postgres =
  given === undefined ? await startEmbeddedPostgres({ folder, database: 'postgres' }) : undefined
const shop = await startShop(given ?? postgres!.url)
try {
  console.log(`seed ${seed}, ${requests} requests from #${from}, at ${shop.url}`)
  let settled = 0
  let saidAt = 0
  const startedAt = performance.now()
  const heap = (): number => {
    globalThis.gc?.()
    return process.memoryUsage().heapUsed
  }
  const report = await fuzzShop(shop, {
    requests,
    seed,
    from,
    onProgress(sent, findings) {
      if (settled === 0 && sent >= requests / 10) settled = heap()
      if (sent - saidAt < 2000 && sent < requests) return
      saidAt = sent
      const perSecond = Math.round(sent / ((performance.now() - startedAt) / 1000))
      console.log(`${sent} sent, ${perSecond}/s, ${findings} findings`)
    },
  })
  const problems = await leftBehind(shop)
  const growth = heap() - settled
  if (globalThis.gc !== undefined && growth > GROWTH_MAX) problems.push(`the heap grew by ${growth} bytes`)
  for (const finding of report.findings) console.log(spelled(finding, seed))
  for (const line of shop.complaints.slice(0, 20)) console.log(line.slice(0, 2000))
  for (const problem of problems) console.log(problem)
  const megabytes = (growth / 1024 / 1024).toFixed(1)
  console.log(
    JSON.stringify({ seed, sent: report.sent, findings: report.findings.length, growthMb: megabytes }),
  )
  console.log(JSON.stringify(report.statuses))
  if (report.findings.length + problems.length > 0) process.exitCode = 1
} finally {
  await shop.close()
  await postgres?.stop()
  rmSync(folder, { recursive: true, force: true })
}
