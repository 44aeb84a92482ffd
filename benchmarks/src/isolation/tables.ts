/** The tables of the works of isolation, for the service on Keelson; the peer uses the same ones by hand. */
import { integer, pgTable, uuid } from 'drizzle-orm/pg-core'

export const accounts = pgTable('accounts', {
  id: integer().primaryKey(),
  balance: integer().notNull(),
})
export const settings = pgTable('settings', { id: integer().primaryKey(), fee: integer().notNull() })
export const reservations = pgTable('reservations', {
  id: uuid().primaryKey(),
  room: integer().notNull(),
  day: integer().notNull(),
  hour: integer().notNull(),
})
