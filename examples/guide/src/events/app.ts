import { app, module } from 'keelson'
import * as operations from '../modules/orders/orders.js'
import * as tables from '../modules/orders/tables.js'
import * as prices from './prices.js'
import * as sales from './sales.js'

export default app({
  name: 'guide',
  modules: [module('orders', { ...tables, ...operations }), module('sales', { ...sales, ...prices })],
  migrations: new URL('../../../migrations', import.meta.url),
})
