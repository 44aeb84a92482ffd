import { toStandardJsonSchema } from '@valibot/to-json-schema'
import { anyone, query } from 'keelson'
import * as v from 'valibot'
import { products } from './products.js'

const Names = v.object({ skus: v.pipe(v.array(v.string()), v.minLength(1), v.maxLength(20)) })

export const namesOf = query('products.names', {
  http: { get: '/names' },
  summary: 'The names of some products',
  input: toStandardJsonSchema(Names),
  output: toStandardJsonSchema(v.object({ names: v.record(v.string(), v.string()) })),
  allow: anyone,
  async run({ input, db }) {
    const found = await db.getMany(products, input.skus)
    return { names: Object.fromEntries([...found.values()].map(({ sku, name }) => [sku, name])) }
  },
})
