import { bigserial, boolean, date, doublePrecision, index, integer, jsonb, pgTable, serial, text, timestamp, uuid, varchar } from "drizzle-orm/pg-core"

export const members = pgTable("members", {
  id: serial("id").primaryKey(),
  email: text("email").notNull().unique("members_email"),
  displayName: text("display_name").notNull(),
  passwordHash: text("password_hash").notNull(),
  createdAt: timestamp("created_at", { withTimezone: true }).notNull().defaultNow(),
})

export const follows = pgTable("follows", {
  id: serial("id").primaryKey(),
  followerId: integer("follower_id").notNull(),
  targetId: integer("target_id")
    .notNull()
    .references(() => members.id),
  createdAt: timestamp("created_at", { withTimezone: true }).notNull().defaultNow(),
})

export const feedItems = pgTable(
  "feed_items",
  {
    id: serial("id").primaryKey(),
    memberId: integer("member_id").notNull().references(() => members.id, { onDelete: "cascade" }),
    kind: varchar("kind", { length: 32 }).notNull(),
    score: doublePrecision("score").notNull().default(0),
    payload: jsonb("payload").notNull(),
    source: text("source").notNull(),
    publicId: uuid("public_id").notNull().defaultRandom().unique(),
    seen: boolean("seen").notNull().default(false),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [index("feed_items_member").on(table.memberId, table.id)],
)

export const deliveries = pgTable("deliveries", {
  id: bigserial("id", { mode: "number" }).primaryKey(),
  itemId: integer("item_id").notNull().references(() => feedItems.id, { onDelete: "cascade" }),
  channel: text("channel").notNull(),
  state: text("state").notNull().default("new"),
  createdAt: timestamp("created_at", { withTimezone: true }).notNull().defaultNow(),
})

export const digests = pgTable("digests", {
  id: serial("id").primaryKey(),
  memberId: integer("member_id").notNull(),
  week: date("week").notNull(),
  sentAt: timestamp("sent_at", { withTimezone: true }),
})
