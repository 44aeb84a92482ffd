import { app, module } from 'keelson'
import * as operations from '../modules/orders/orders.js'
import * as tables from '../modules/orders/tables.js'
import * as receipts from './receipts.js'

declare module 'keelson' {
  interface Services {
    readonly mailUrl: string
  }
}

export const appWithReceipts = (mailUrl: string) =>
  app({
    name: 'guide',
    modules: [module('orders', { ...tables, ...operations }), module('receipts', receipts)],
    services: { mailUrl },
    migrations: new URL('../../../migrations', import.meta.url),
  })
