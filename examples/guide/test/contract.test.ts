import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createServer, type Server } from 'keelson'
import app from '../src/contract/app.js'
import { browse } from '../src/contract/lists.js'
import { addProduct } from '../src/contract/products.js'
import { createChapterDatabase, type ChapterDatabase } from './database.js'

const keeper = { id: '019a8a1e-5b7e-7cc3-98f5-0123456789ab', scopes: ['products:write'] }

let database: ChapterDatabase
let server: Server

before(async () => {
  database = await createChapterDatabase('contract')
  server = await createServer(app, { databaseUrl: database.url })
  for (const [sku, weight] of [
    ['tea', '0.250'],
    ['rye', '1'],
    ['ale', '10.5'],
    ['oil', '2'],
  ] as const)
    await server.execute(addProduct, { sku, name: `${sku}!`, weight }, { as: keeper })
})
after(async () => {
  await server.close()
  await database.drop()
})

interface Answer {
  readonly items: readonly { readonly sku: string; readonly weight: string; readonly sold: string }[]
  readonly next: string | null
  readonly code?: string
  readonly errors?: readonly { readonly pointer: string }[]
  readonly names?: Readonly<Record<string, string>>
}
const get = async (path: string): Promise<Answer> => (await server.inject(`/v1${path}`)).json<Answer>()
const skus = ({ items }: Answer): string[] => items.map(({ sku }) => sku)

test('numbers that JSON would round are texts', async () => {
  const { items } = await get('/products?sku=tea')
  assert.deepEqual([items[0]!.weight, items[0]!.sold], ['0.250', '0'])
})

test('lists are filtered, ordered and paged as declared', async () => {
  assert.deepEqual(skus(await get('/products?sort=name&weight.gte=1&weight.lt=10')), ['oil', 'rye'])
  const first = await get('/products?sort=-name&limit=3')
  assert.deepEqual(skus(first), ['tea', 'rye', 'oil'])
  const second = await get(`/products?sort=-name&limit=3&cursor=${first.next!}`)
  assert.deepEqual([skus(second), second.next], [['ale'], null])
  assert.equal((await get(`/products?sort=name&cursor=${first.next!}`)).code, 'invalid_cursor')
  assert.deepEqual(
    (await get('/products?sort=price&color=red')).errors!.map(({ pointer }) => pointer),
    ['/sort', '/color'],
  )
  const page = await server.execute(browse, { sort: 'newest', sku: ['ale'] })
  assert.equal(page.items[0]!.sold, 0n)
})

test('schemas of another library validate and are described', async () => {
  assert.deepEqual(await get('/names?skus=tea&skus=rye'), { names: { tea: 'tea!', rye: 'rye!' } })
  assert.equal((await get('/names?skus=tea&more=1')).code, 'invalid_input')
  assert.ok(server.openapi.paths['/v1/names'])
})
