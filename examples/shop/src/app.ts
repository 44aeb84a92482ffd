/**
 * The shop: catalogue, inventory, orders. `npm start` serves it; the tests and the benchmark take it from here too.
 */
import { app, module } from 'keelson'
import { fileMailer } from './mail/mailer.js'
import * as browse from './modules/catalogue/browse.js'
import * as keep from './modules/catalogue/keep.js'
import * as items from './modules/catalogue/tables.js'
import * as restock from './modules/inventory/restock.js'
import * as cancel from './modules/orders/cancel.js'
import * as confirm from './modules/orders/confirm.js'
import * as dailySales from './modules/orders/daily-sales.js'
import * as events from './modules/orders/events.js'
import * as place from './modules/orders/place.js'
import * as read from './modules/orders/read.js'
import * as sales from './modules/orders/sales.js'
import * as orders from './modules/orders/tables.js'

export default app({
  name: 'shop',
  version: '1.0.0',
  api: {
    description: 'An example of Keelson: a catalogue, its stock, and orders.',
    license: { name: 'MIT', identifier: 'MIT' },
  },
  modules: [
    module('catalogue', { ...items, ...browse, ...keep }),
    module('inventory', restock),
    module('orders', {
      ...orders,
      ...place,
      ...cancel,
      ...read,
      ...sales,
      ...dailySales,
      ...events,
      ...confirm,
    }),
  ],
  http: { prefix: '/v1' },
  services: { mailer: fileMailer },
  // Seen from dist/src, where this file runs.
  migrations: new URL('../../migrations', import.meta.url),
  development: {
    example: { path: '/v1/orders', body: { email: 'me@example.com', lines: [{ sku: '1', quantity: 2 }] } },
  },
})
