import { desc } from 'drizzle-orm'
import { anyone, oneOf, pageInput, pageOf, query, range, scope } from 'keelson'
import { Product, products } from './products.js'

export const browse = query('products.browse', {
  http: { get: '/products' },
  summary: 'Browse the products',
  input: pageInput(
    {},
    {
      limitMax: 50,
      filter: { sku: oneOf(products.sku), weight: range(products.weight), sold: range(products.sold) },
      sort: { newest: desc(products.addedAt), name: products.name, sold: products.sold },
    },
  ),
  output: pageOf(Product),
  allow: anyone,
  run: ({ input, db }) =>
    db.page(products, { where: { listed: true, ...input.filter }, orderBy: input.sort, page: input }),
})

export const stocklist = query('products.stocklist', {
  http: { get: '/stocklist' },
  summary: 'All products, page by page',
  input: pageInput({}, { page: 'offset', filter: { listed: products.listed } }),
  output: pageOf(Product, { page: 'offset' }),
  allow: scope('products:write'),
  run: ({ input, db }) => db.page(products, { where: input.filter, orderBy: products.name, page: input }),
})
