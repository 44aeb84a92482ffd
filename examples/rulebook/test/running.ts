/** What the examples of patterns are seen to do when they run; all others are started, and stopped again. */
import assert from 'node:assert/strict'
import { createHmac, randomUUID } from 'node:crypto'
import type { Actor, Command, ExecuteOptions, Server } from 'keelson'
import type pg from 'pg'

export interface Running {
  readonly exported: Readonly<Record<string, unknown>>
  readonly server: Server
  readonly client: pg.Client
}

const ann: Actor = { id: 'ann', scopes: [] }
const bob: Actor = { id: 'bob', scopes: [] }
const clerk: Actor = { id: 'clerk', scopes: ['*'] }

type Run = <O>(name: string, input: unknown, options?: ExecuteOptions) => Promise<O>

/** Executes an exported operation by its name. */
const runOf =
  ({ exported, server }: Running): Run =>
  <O>(name: string, input: unknown, options?: ExecuteOptions) =>
    server.execute(exported[name] as Command<unknown, O>, input, options)

const code = (expected: string) => (error: unknown) => (error as { code?: string }).code === expected

const numberOf = async (client: pg.Client, text: string): Promise<number> =>
  Number(Object.values((await client.query<Record<string, string>>(text)).rows[0] ?? { none: 'NaN' })[0])

/** How many of so many at once succeed. */
async function succeedOf(count: number, run: (n: number) => Promise<unknown>): Promise<number> {
  const outcomes = await Promise.allSettled(Array.from({ length: count }, (_, n) => run(n)))
  return outcomes.filter(({ status }) => status === 'fulfilled').length
}

/** By the id of the pattern. */
export const running: Readonly<Record<string, (given: Running) => Promise<void>>> = {
  async 'service-layer'(given) {
    const run = runOf(given)
    await given.client.query("insert into accounts values ('a', 100), ('b', 0)")
    const transfer = { from: 'a', to: 'b', cents: 30 }
    assert.equal(await succeedOf(5, () => run('transferByClerk', transfer, { as: clerk })), 3)
    await assert.rejects(run('transferByClerk', transfer, { as: ann }), code('scope_required'))
    assert.equal(await numberOf(given.client, "select balance from accounts where id = 'b'"), 90)
  },

  async 'idempotency-key'(given) {
    const run = runOf(given)
    await given.client.query("insert into wallets values ('ann', 100), ('bob', 0)")
    const pay = () => run('pay', { payee: 'bob', cents: 60 }, { as: ann, idempotencyKey: 'one' })
    assert.deepEqual(await pay(), await pay())
    assert.equal(await numberOf(given.client, "select cents from wallets where owner = 'ann'"), 40)
    await assert.rejects(run('pay', { payee: 'bob', cents: 60 }, { as: ann }), code('insufficient'))
  },

  async 'pessimistic-lock'(given) {
    const show = randomUUID()
    await given.client.query('insert into shows values ($1, 6)', [show])
    const run = runOf(given)
    const buy = (as: Actor) => run('buyTicket', { showId: show }, { as })
    assert.equal(await succeedOf(9, () => buy(ann)), 4, 'at most four for each')
    assert.equal(await succeedOf(9, () => buy(bob)), 2, 'what is left')
    assert.equal(await numberOf(given.client, 'select "seatsLeft" from shows'), 0)
  },

  async 'bulk-operations'(given) {
    const run = runOf(given)
    const products = Array.from({ length: 300 }, (_, n) => ({ sku: `s${n}`, name: 'tea', price: n }))
    assert.deepEqual(await run('importProducts', { products }, { as: clerk }), { added: 300, changed: 0 })
    const dearer = products.slice(0, 10).map((product) => ({ ...product, price: product.price + 1 }))
    assert.deepEqual(await run('importProducts', { products: [...dearer, products[20]] }, { as: clerk }), {
      added: 0,
      changed: 10,
    })
  },

  async 'rate-limiting'(given) {
    const run = runOf(given)
    const verdicts = await Promise.all(
      Array.from({ length: 20 }, () => run<{ allowed: boolean }>('takeToken', { name: 'sign-in:ann' })),
    )
    assert.equal(verdicts.filter(({ allowed }) => allowed).length, 5, 'the burst, and not one more')
  },

  async saga(given) {
    const run = runOf(given)
    const { tripId } = await run<{ tripId: string }>('bookTrip', {}, { as: ann })
    const stateAfter = async (outcome: string) => {
      await run('advance', { tripId, outcome })
      return (await given.client.query<{ state: string }>('select state from trips')).rows[0]?.state
    }
    assert.equal(await stateAfter('reserved'), 'charging')
    assert.equal(await stateAfter('reserved'), 'charging', 'an outcome that comes again changes nothing')
    assert.equal(await stateAfter('declined'), 'releasing', 'a refusal is compensated')
    assert.equal(await stateAfter('charged'), 'releasing', 'what comes late changes nothing')
    assert.equal(await stateAfter('released'), 'cancelled')
  },

  async 'field-encryption'(given) {
    const run = runOf(given)
    await run('setIban', { iban: 'DE89370400440532013000' }, { as: ann })
    await run('setIban', { iban: 'DE02120300000000202051' }, { as: bob })
    assert.deepEqual(await run('getIban', {}, { as: ann }), { iban: 'DE89370400440532013000' })
    assert.equal(await numberOf(given.client, "select count(*) from accounts where iban like '%370400%'"), 0)
    // A ciphertext in another row is refused.
    await given.client.query(
      "update accounts set iban = (select iban from accounts where owner = 'bob') where owner = 'ann'",
    )
    await assert.rejects(run('getIban', {}, { as: ann }), code('internal'))
  },

  async 'tenancy-isolation'(given) {
    const run = runOf(given)
    const acme = { id: 'ann', scopes: [], tenant: 'acme' }
    const other = { id: 'bob', scopes: [], tenant: 'other' }
    const { id } = await run<{ id: string }>('addInvoice', { subject: 'tea' }, { as: acme })
    assert.deepEqual(await run('getInvoice', { id }, { as: acme }), { id, subject: 'tea' })
    await assert.rejects(run('getInvoice', { id }, { as: other }), code('not_found'))
    assert.deepEqual(await run('listInvoices', {}, { as: other }), { items: [], next: null })
    await assert.rejects(run('getInvoice', { id }, { as: ann }), code('forbidden'))
  },

  async 'refresh-token-rotation'(given) {
    const run = runOf(given)
    const { createHash } = await import('node:crypto')
    const [first = '', second = '', third = '', fourth = ''] = ['a', 'b', 'c', 'd'].map((letter) =>
      letter.repeat(43),
    )
    await given.client.query(
      `insert into refresh_tokens values ($1, $2, 'ann', now() + interval '1 day', null)`,
      [createHash('sha256').update(first).digest('base64url'), randomUUID()],
    )
    const rotate = async (token: string, successor: string) =>
      (await run<{ verdict: string }>('rotate', { token, successor })).verdict
    assert.equal(await rotate(first, second), 'rotated')
    assert.equal(await rotate(first, third), 'rotated', 'two tabs at once')
    await given.client.query(`update refresh_tokens set "usedAt" = now() - interval '1 minute'
      where "usedAt" is not null`)
    assert.equal(await rotate(first, fourth), 'replayed')
    assert.equal(await rotate(second, fourth), 'refused', 'the family has ended')
  },

  async webhooks({ server, client }) {
    const payload = JSON.stringify({ type: 'payment.succeeded' })
    const send = async (signedFor: string) => {
      const timestamp = String(Math.floor(Date.now() / 1000))
      const signature = createHmac('sha256', 'a secret of this example, of 32 bytes or more')
        .update(`${signedFor}.${timestamp}.${payload}`)
        .digest('base64')
      const headers = {
        'content-type': 'application/json',
        'webhook-id': 'evt_1',
        'webhook-timestamp': timestamp,
        'webhook-signature': `v1,${signature}`,
      }
      return (await server.inject({ method: 'POST', url: '/webhooks/payments', headers, payload })).statusCode
    }
    assert.equal(await send('evt_2'), 401)
    assert.deepEqual([await send('evt_1'), await send('evt_1')], [204, 204])
    assert.equal(await numberOf(client, 'select count(*) from deliveries'), 1)
    const jobs =
      'select (select count(*) from keelson.jobs) + (select count(*) from keelson.jobs_ended) as all_jobs'
    assert.equal(await numberOf(client, jobs), 1, 'worked on once')
  },

  async 'least-privilege'(given) {
    const run = runOf(given)
    const id = randomUUID()
    await given.client.query("insert into documents values ($1, 'ann', 'hers')", [id])
    await assert.rejects(run('read', { owner: 'ann', id }, { as: bob }), code('not_found'))
    await assert.rejects(run('read', { owner: 'bob', id }, { as: bob }), code('unknown'))
    await assert.rejects(run('edit', { owner: 'bob', id, text: 'his' }, { as: bob }), code('unknown'))
    assert.equal((await run<{ text: string }>('read', { owner: 'ann', id }, { as: ann })).text, 'hers')
  },

  async 'audit-log'(given) {
    const run = runOf(given)
    await given.client.query("insert into limits values ('c1', 100)")
    const raise = { customerId: 'c1', cents: 500, reason: 'A good customer for years.' }
    await run('raiseLimit', raise, { as: clerk })
    await assert.rejects(run('raiseLimit', { ...raise, customerId: 'c2' }, { as: clerk }), code('unknown'))
    const { items } = await run<{ items: { detail: unknown }[] }>(
      'historyOf',
      { subject: 'customer:c1' },
      { as: clerk },
    )
    assert.deepEqual(
      items.map(({ detail }) => detail),
      [{ from: 100, to: 500, reason: raise.reason }],
    )
  },

  async 'expand-and-contract'(given) {
    await given.client.query(
      `insert into people (id, name) select gen_random_uuid(), 'Ann Lee ' || n from generate_series(1, 7) as n`,
    )
    assert.deepEqual(await runOf(given)('fillNames', {}), { filled: 7 })
    assert.deepEqual(await runOf(given)('fillNames', {}), { filled: 0 }, 'repeated at will')
    assert.equal(await numberOf(given.client, `select count(*) from people where "givenName" = 'Ann Lee'`), 7)
  },

  async 'optimistic-concurrency'({ server, client }) {
    const id = randomUUID()
    await client.query("insert into pages values ($1, 'first', 1)", [id])
    const { key } = await server.keys.create({ owner: 'ann', scopes: [] })
    const edit = async (version?: number) => {
      const headers = {
        authorization: `Bearer ${key}`,
        ...(version === undefined ? {} : { 'if-match': `"${version}"` }),
      }
      const options = { method: 'PUT', url: `/pages/${id}`, headers, payload: { text: 'new' } } as const
      return (await server.inject(options)).statusCode
    }
    assert.equal(await edit(), 428)
    const all = await Promise.all(Array.from({ length: 8 }, () => edit(1)))
    assert.deepEqual(
      all.toSorted((one, other) => one - other),
      [200, ...Array.from({ length: 7 }, () => 412)],
    )
  },
}
