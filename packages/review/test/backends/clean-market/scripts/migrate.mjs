import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import pg from "pg";

const FOLDER = join(import.meta.dirname, "..", "migrations");
const LOCK_ID = 7_201_455;
const NO_TRANSACTION = "-- no transaction";

const files = readdirSync(FOLDER).filter((name) => /^\d{3}_\w+\.sql$/.test(name)).sort();
const client = new pg.Client({ connectionString: process.env.DATABASE_URL });

async function apply(name, text) {
  const record = () => client.query("insert into migrations (name) values ($1)", [name]);
  if (text.startsWith(NO_TRANSACTION)) {
    await client.query(text);
    await record();
    return;
  }
  await client.query("begin");
  try {
    await client.query(text);
    await record();
    await client.query("commit");
  } catch (error) {
    await client.query("rollback");
    throw error;
  }
}

await client.connect();
try {
  await client.query("select pg_advisory_lock($1)", [LOCK_ID]);
  await client.query("create table if not exists migrations (name text primary key, applied_at timestamptz not null default now())");
  const { rows } = await client.query("select name from migrations");
  const done = new Set(rows.map((row) => row.name));
  for (const file of files.filter((name) => !done.has(basename(name, ".sql")))) {
    await apply(basename(file, ".sql"), readFileSync(join(FOLDER, file), "utf8"));
    console.log(`applied ${file}`);
  }
} finally {
  await client.end();
}
