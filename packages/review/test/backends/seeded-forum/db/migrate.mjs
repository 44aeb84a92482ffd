import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import pg from 'pg'

const folder = fileURLToPath(new URL('./migrations/', import.meta.url))
const client = new pg.Client({ connectionString: process.env.DATABASE_URL })

await client.connect()
await client.query('CREATE TABLE IF NOT EXISTS schema_migrations (name text PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())')
const { rows } = await client.query('SELECT name FROM schema_migrations')
const done = new Set(rows.map((row) => row.name))

for (const name of readdirSync(folder).sort()) {
  if (!name.endsWith('.sql') || done.has(name)) continue
  const text = readFileSync(folder + name, 'utf8')
  await client.query(text)
  await client.query('INSERT INTO schema_migrations (name) VALUES ($1)', [name])
  console.log('applied', name)
}
await client.end()
