/**
 * The running shop, asked as a stranger would: over HTTP, by figures of the files that do not come from its own code.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What the files sell. */
export const QUANTITY = 51_317
const REVENUE = 126_579_329

/** What the files say is left of each product. */
function unitsInStock(shopFolder) {
  const [, ...lines] = readFileSync(join(shopFolder, 'data', 'northwind', 'products.csv'), 'utf8')
    .trim()
    .split('\n')
  return new Map(lines.map((line) => line.split(',')).map(([sku, , , , units]) => [sku, Number(units)]))
}

export function shopAt(url, { shopFolder }) {
  const expectedStock = unitsInStock(shopFolder)
  const read = async (path) => {
    const key = readFileSync(join(shopFolder, '.keelson', 'development-key'), 'utf8').trim()
    const response = await fetch(url + path, { headers: { authorization: `Bearer ${key}` } })
    if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`)
    return response.json()
  }
  const isReady = () =>
    fetch(`${url}/readyz`).then(
      (response) => response.ok,
      () => false,
    )
  const totals = async () => {
    const { items } = await read('/v1/items?limit=100')
    const sales = await Promise.all(items.map(({ sku }) => read(`/v1/items/${sku}/sales`)))
    const quantity = sales.reduce((sum, item) => sum + item.quantity, 0)
    const revenue = sales.reduce((sum, item) => sum + item.revenue, 0)
    const wrongStock = items.filter(({ sku, stock }) => stock !== expectedStock.get(sku)).length
    const complete = items.length === expectedStock.size && wrongStock === 0
    return {
      quantity,
      revenue,
      wrongStock,
      agree: complete && quantity === QUANTITY && revenue === REVENUE,
    }
  }
  return { isReady, totals }
}

/** `npm run replay` against the running shop; its report. */
export function replayAgain({ folder, home, user }, port) {
  const args = [
    'run',
    '--silent',
    'replay',
    '-w',
    'examples/shop',
    '--',
    '--url',
    `http://127.0.0.1:${port}`,
    '--json',
  ]
  const { stdout, stderr } = spawnSync('npm', args, {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: home },
    encoding: 'utf8',
    ...user,
  })
  if (stdout === '') throw new Error(`The replay has no report: ${stderr}`)
  return JSON.parse(stdout)
}
