import { integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'

export const documents = pgTable('documents', {
  name: text().primaryKey(),
  title: text().notNull(),
  bytes: integer().notNull(),
  storedAs: uuid('stored_as').notNull(),
  version: integer().notNull(),
})
