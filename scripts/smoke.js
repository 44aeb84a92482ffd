/**
 * `npm start` as a newcomer meets it: in a copy of the workspace, as an ordinary user, on a free port. Waits until the
 * shop's totals are those of the files, replays everything once more, stops it by SIGTERM and looks for what is left
 * behind. Before that it kills the server with SIGKILL as often as `--kills` says (3), while it loads the data.
 */
import assert from 'node:assert/strict'
import { parseArgs } from 'node:util'
import { fileURLToPath } from 'node:url'
import { copyWorkspace } from './smoke/copy.js'
import { freePort, isAlive, until } from './smoke/machine.js'
import { QUANTITY, replayAgain, shopAt } from './smoke/shop.js'
import { startShop } from './smoke/server.js'

const START_TIMEOUT_MS = 180_000
const LOAD_TIMEOUT_MS = 180_000
const STOP_TIMEOUT_MS = 30_000

const { values } = parseArgs({ options: { kills: { type: 'string', default: '3' } } })
const say = (text) => console.log(`smoke: ${text}`)

const copy = copyWorkspace(fileURLToPath(new URL('..', import.meta.url)))
say(`a copy in ${copy.folder}${copy.user ? `, as uid ${copy.user.uid}` : ''}`)
let server
try {
  const port = await freePort()
  const shop = shopAt(`http://127.0.0.1:${port}`, copy)

  const kills = Number(values.kills)
  for (let kill = 1; kill <= kills; kill += 1) {
    // Evenly over the data, so that each start has something to go on with.
    const due = Math.floor((QUANTITY * kill) / (kills + 1))
    server = startShop(copy, port)
    await until('the shop serves', START_TIMEOUT_MS, () => shop.isReady(), server)
    await until(
      'the data comes in',
      LOAD_TIMEOUT_MS,
      async () => (await shop.totals()).quantity >= due,
      server,
    )
    const { quantity } = await shop.totals()
    await server.kill()
    say(`killed when ${quantity} pieces were sold`)
  }

  server = startShop(copy, port)
  const startedAt = performance.now()
  await until('the shop serves', START_TIMEOUT_MS, () => shop.isReady(), server)
  say(`serves after ${Math.round(performance.now() - startedAt)} ms`)
  await until('the totals are right', LOAD_TIMEOUT_MS, async () => (await shop.totals()).agree, server)
  say(`the totals are right: ${JSON.stringify(await shop.totals())}`)

  const report = replayAgain(copy, port)
  assert.equal(report.ok, true, 'the second replay must find the shop as it was')
  assert.equal(report.orders.placed, 0, 'the second replay must place nothing')
  say(`replayed ${report.orders.sent} orders, none of them new`)

  const postgres = server.postgres()
  assert.ok(postgres !== undefined && isAlive(postgres), 'Postgres must be running now')
  const isGone = async () => server.exited !== undefined && !isAlive(postgres) && !(await shop.isReady())
  server.terminate()
  await until('npm, shop and Postgres are gone', STOP_TIMEOUT_MS, isGone)
  say('stopped by SIGTERM, Postgres too')
} catch (error) {
  console.error(server?.output() ?? '')
  throw error
} finally {
  await server?.destroy()
  copy.remove()
}
