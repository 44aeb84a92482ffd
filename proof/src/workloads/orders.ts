/**
 * Orders: stock is never negative, what is left and what was sold is what there was, each order has its lines and one event,
 * and the events of a customer stand in the order of their numbers.
 */
import type { Finding } from '../checker/finding.js'
import type { Operation } from '../history/operation.js'
import { commandsOf, countEffects, differentAnswers, groupBy, tally, type Command } from './commands-of.js'
import { below, commandOf, pick, pickSeveral } from './draw.js'
import type { Sql, Workload } from './workload.js'

const NAME = 'orders'
const SKUS = ['tea', 'rye', 'oat', 'nut']
const CUSTOMERS = ['ann', 'bob', 'cyd']
const STOCK = 40

export function orders(): Workload {
  return {
    name: NAME,
    async seed(sql) {
      await sql('insert into items select unnest($1::text[]), $2', [SKUS, STOCK])
      await sql('insert into customers select unnest($1::text[]), 0', [CUSTOMERS])
    },
    next(random) {
      const roll = random()
      if (roll < 0.06) return { name: 'look.stock', input: {} }
      if (roll < 0.2)
        return commandOf(random, 'orders.restock', {
          sku: pick(random, SKUS),
          quantity: 1 + below(random, 30),
        })
      const lines = pickSeveral(random, SKUS, 1 + below(random, 3)).map((sku) => ({
        sku,
        quantity: 1 + below(random, 4),
      }))
      return commandOf(random, 'orders.place', { customer: pick(random, CUSTOMERS), lines })
    },
    check,
  }
}

interface OrderRow {
  readonly id: string
  readonly token: string
  readonly customer: string
  readonly number: number
  readonly lines: number
}
interface EventRow {
  readonly key: string
  readonly payload: string
}

async function check(history: readonly Operation[], sql: Sql): Promise<readonly Finding[]> {
  const commands = commandsOf(history)
  const findings = [...differentAnswers(NAME, commands.values())]
  const only = (name: string): Map<string, Command> =>
    new Map([...commands].filter(([, command]) => command.name === name))
  const placed = await sql<OrderRow>(
    'select o.*, (select count(*)::int from order_lines l where l.order_id = o.id) as lines from orders o',
  )
  const restocks = await sql<{ token: string }>('select token from restocks')
  findings.push(...countEffects(NAME, only('orders.place'), tally(placed.map(({ token }) => token))))
  findings.push(...countEffects(NAME, only('orders.restock'), tally(restocks.map(({ token }) => token))))
  findings.push(...(await checkStock(sql)))
  const events = await sql<EventRow>(
    "select key, payload from keelson.events where name = 'order.placed' order by id",
  )
  return [...findings, ...checkNumbers(placed), ...checkEvents(placed, events), ...history.flatMap(checkLook)]
}

const broken = (message: string, evidence: readonly string[] = []): Finding => ({
  anomaly: 'broken-invariant',
  workload: NAME,
  message,
  evidence,
})

async function checkStock(sql: Sql): Promise<Finding[]> {
  const rows = await sql<{ sku: string; stock: number; sold: number; added: number }>(
    `select sku, stock,
      (select coalesce(sum(quantity), 0)::int from order_lines l where l.sku = i.sku) as sold,
      (select coalesce(sum(quantity), 0)::int from restocks r where r.sku = i.sku) as added
    from items i`,
  )
  return rows.flatMap(({ sku, stock, sold, added }) => [
    ...(stock < 0 ? [broken(`The stock of ${sku} is ${stock}.`)] : []),
    ...(stock + sold === STOCK + added
      ? []
      : [broken(`Of ${sku} there are ${stock} and ${sold} were sold, of ${STOCK} and ${added}.`)]),
  ])
}

/** Numbers of a customer are 1, 2, 3, …; every order has lines. */
function checkNumbers(placed: readonly OrderRow[]): Finding[] {
  const findings = placed
    .filter(({ lines }) => lines === 0)
    .map(({ id }) => broken(`Order ${id} has no lines.`))
  for (const [customer, theirs] of groupBy(placed, (order) => order.customer)) {
    const numbers = theirs.map(({ number }) => number).sort((left, right) => left - right)
    const at = numbers.findIndex((number, place) => number !== place + 1)
    if (at < 0) continue
    const message = `The orders of ${customer} are not numbered one by one from ${at + 1} on.`
    findings.push({
      anomaly: 'G-single',
      workload: NAME,
      message,
      evidence: [numbers.slice(at, at + 5).join(' ')],
    })
  }
  return findings
}

function checkEvents(placed: readonly OrderRow[], events: readonly EventRow[]): Finding[] {
  const findings: Finding[] = []
  const payloads = events.map(({ key, payload }) => ({
    key,
    ...(JSON.parse(payload) as { orderId: string; number: number }),
  }))
  const counts = tally(payloads.map(({ orderId }) => orderId))
  for (const { id } of placed)
    if (counts.get(id) !== 1) findings.push(broken(`Order ${id} has ${counts.get(id) ?? 0} events.`))
  if (counts.size > placed.length) findings.push(broken('There are events of orders that are not there.'))
  const last = new Map<string, number>()
  for (const { key, number } of payloads) {
    if (number <= (last.get(key) ?? 0))
      findings.push(broken(`The event of order ${number} of ${key} stands after that of ${last.get(key)}.`))
    last.set(key, number)
  }
  return findings
}

function checkLook({ id, name, outcome }: Operation): Finding[] {
  if (name !== 'look.stock' || outcome.kind !== 'ok') return []
  const { items } = JSON.parse(outcome.body) as { items: { sku: string; stock: number }[] }
  return items.some(({ stock }) => stock < 0)
    ? [broken(`Look #${id} shows negative stock.`, [outcome.body])]
    : []
}
