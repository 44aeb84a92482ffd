import { app, module } from 'keelson'
import * as operations from './modules/orders/orders.js'
import * as tables from './modules/orders/tables.js'

export default app({
  name: 'guide',
  modules: [module('orders', { ...tables, ...operations })],
  http: { prefix: '/v1' },
  migrations: new URL('../../migrations', import.meta.url),
})
