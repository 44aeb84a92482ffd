/** `/docs` of the shop, as a browser shows it. `DOCS_SCREENSHOT=1` renews the picture of the guide. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { chromiumPath, openBrowser } from '../src/browser.js'
import { startShop, type Service } from '../src/service.js'

const PICTURE = fileURLToPath(new URL('../../../docs/guide/docs-page.png', import.meta.url))
const path = chromiumPath()
const skip = path === undefined && 'There is no Chromium here: install it, or name it by CHROMIUM_PATH.'

let shop: Service
let browser: Browser

if (path !== undefined) {
  before(async () => {
    shop = await startShop(process.env.KEELSON_TEST_DATABASE_URL!)
    browser = await openBrowser(path)
    await shop.server.inject({
      method: 'PUT',
      url: '/v1/items/tea',
      headers: { authorization: `Bearer ${shop.key}` },
      payload: { name: 'Tea', category: 'drinks', price: 350, stock: 1 },
    })
  })
  after(async () => {
    await browser.close()
    await shop.close()
  })
}

interface Opened {
  readonly page: Page
  /** What the browser complained of: scripts that failed, what the policy forbade. */
  readonly complaints: readonly string[]
  /** Whatever was asked for elsewhere. */
  readonly foreign: readonly string[]
}

async function open(options: BrowserContextOptions = {}, hash = ''): Promise<Opened> {
  const page = await browser.newPage(options)
  const complaints: string[] = []
  const foreign: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    // An answer of 401 that the reader asked for is no complaint of the page.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(message.text())
  })
  page.on('request', (request) => {
    if (!request.url().startsWith(shop.url) && !request.url().startsWith('data:')) foreign.push(request.url())
  })
  await page.goto(`${shop.url}/docs${hash}`)
  await page.waitForSelector('details.operation')
  return { page, complaints, foreign }
}

const visible = (page: Page): Promise<string[]> =>
  page.locator('details.operation:visible').evaluateAll((all) => all.map(({ id }) => id))

test('every operation is there, and the search finds by all its words', { skip }, async () => {
  const { page, complaints, foreign } = await open()
  const all = await visible(page)
  assert.equal(
    all.length,
    Object.values(shop.server.openapi.paths).flatMap((methods) => Object.keys(methods)).length,
  )
  await page.keyboard.press('/')
  await page.keyboard.type('orders post')
  assert.deepEqual(await visible(page), ['orders.place', 'orders.cancel'])
  await page.fill('#search', 'nothing of the kind')
  assert.deepEqual(await visible(page), [])
  assert.ok(await page.isVisible('#nothing'))
  await page.fill('#search', '')
  assert.deepEqual(await visible(page), all)
  assert.deepEqual([complaints, foreign], [[], []])
  await page.close()
})

test('an operation is tried with a key: refused without, answered with it', { skip }, async () => {
  const { page, complaints, foreign } = await open({}, '#orders.place')
  const box = page.locator('details[id="orders.place"]')
  await box.locator('textarea').fill(JSON.stringify({ lines: [{ sku: 'tea', quantity: 1 }] }))
  const send = async (): Promise<string> => {
    const answered = page.waitForResponse((response) => response.url().endsWith('/v1/orders'))
    await box.getByRole('button', { name: 'Send' }).click()
    await answered
    await box.locator('.status').waitFor()
    return box.locator('.status').innerText()
  }
  assert.match(await send(), /^401/)
  await page.fill('#key', shop.key)
  await box.locator('.status').evaluate((node) => node.remove())
  assert.match(await send(), /^201/)
  assert.match(await box.locator('.answer').innerText(), /"total": 350/)
  // Under the same key the same answer comes again, though nothing is left in stock.
  await box.locator('.status').evaluate((node) => node.remove())
  assert.match(await send(), /^201/)
  await box.locator('input').first().fill('another-key')
  await box.locator('.status').evaluate((node) => node.remove())
  assert.match(await send(), /^409/)
  const curl = await box.locator('.curl').innerText()
  assert.match(curl, /-X POST .*\/v1\/orders/)
  assert.ok(!curl.includes(shop.key), 'the key stays out of the curl')
  assert.deepEqual([complaints, foreign], [[], []])
  await page.close()
})

test('path parameters and query strings go where they belong', { skip }, async () => {
  const { page } = await open({}, '#catalogue.item')
  const box = page.locator('details[id="catalogue.item"]')
  await box.locator('input').first().fill('a/b c')
  assert.match(await box.locator('.curl').innerText(), /\/v1\/items\/a%2Fb%20c'/)
  await page.goto(`${shop.url}/docs#catalogue.browse`)
  const list = page.locator('details[id="catalogue.browse"]')
  await list.getByLabel('category').fill('drinks')
  await list.getByRole('button', { name: 'Send' }).click()
  await list.locator('.answer').waitFor()
  assert.match(await list.locator('.answer').innerText(), /"sku": "tea"/)
  await page.close()
})

test('it is readable on a phone, by day and by night', { skip }, async () => {
  const grounds = new Set<string>()
  for (const colorScheme of ['light', 'dark'] as const) {
    const { page, complaints } = await open(
      { viewport: { width: 360, height: 740 }, colorScheme },
      '#orders.place',
    )
    await page.locator('details[id="orders.place"] textarea').waitFor()
    const [wide, smallest, ground] = await page.evaluate(
      () =>
        [
          document.documentElement.scrollWidth,
          Math.min(
            ...[...document.querySelectorAll('p, li, input, summary')].map((node) =>
              Number.parseFloat(getComputedStyle(node).fontSize),
            ),
          ),
          getComputedStyle(document.documentElement).backgroundColor,
        ] as const,
    )
    assert.ok(wide <= 360, `it is ${wide} pixels wide`)
    assert.ok(smallest >= 13, `its smallest text has ${smallest} pixels`)
    grounds.add(ground)
    assert.deepEqual(complaints, [])
    await page.close()
  }
  assert.equal(grounds.size, 2)
})

test('the policy lets nothing else run', { skip }, async () => {
  const { page, complaints } = await open()
  await page.evaluate(() => {
    const script = document.createElement('script')
    script.textContent = 'window.injected = true'
    document.body.append(script)
  })
  assert.equal(await page.evaluate(() => 'injected' in window), false)
  assert.equal(
    await page.evaluate(
      (url) =>
        fetch(url).then(
          () => 'came',
          () => 'refused',
        ),
      'http://127.0.0.1:9/',
    ),
    'refused',
  )
  assert.ok(complaints.some((each) => each.includes('Content Security Policy')))
  await page.close()
})

if (process.env.DOCS_SCREENSHOT !== undefined) {
  test('the picture of the guide', { skip }, async () => {
    const { page } = await open({ viewport: { width: 900, height: 700 } }, '#catalogue.item')
    const box = page.locator('details[id="catalogue.item"]')
    await box.locator('input').first().fill('tea')
    await box.getByRole('button', { name: 'Send' }).click()
    await box.locator('.answer').waitFor()
    await page.evaluate(() => window.scrollTo(0, 0))
    await page.screenshot({ path: PICTURE })
    await page.close()
  })
}
