import { app, module } from 'keelson'
import * as byValibot from './by-valibot.js'
import * as lists from './lists.js'
import * as products from './products.js'

export default app({
  name: 'products',
  version: '1.2.0',
  api: {
    description: 'What we sell.',
    contact: { name: 'The shop', email: 'api@example.com' },
    license: { name: 'MIT', identifier: 'MIT' },
  },
  modules: [module('products', { ...products, ...lists, ...byValibot })],
  http: { prefix: '/v1' },
  migrations: new URL('../../../migrations', import.meta.url),
})
