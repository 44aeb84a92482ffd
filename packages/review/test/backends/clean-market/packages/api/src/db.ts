import { retrying } from "@market/shared/retry";
import type { Statement } from "@market/shared/sql";
import pg from "pg";
import { config } from "./config.ts";

export const pool = new pg.Pool({
  connectionString: config.DATABASE_URL,
  max: 12,
  connectionTimeoutMillis: 3_000,
  idleTimeoutMillis: 30_000,
  statement_timeout: 8_000,
  idle_in_transaction_session_timeout: 10_000,
});

pool.on("error", (error) => console.error("idle connection lost", error.message));

export type Queryable = Pick<pg.PoolClient, "query">;

export async function rowsOf<T extends pg.QueryResultRow>(db: Queryable, statement: Statement): Promise<T[]> {
  const { rows } = await db.query<T>(statement.text, statement.values);
  return rows;
}

async function runTransaction<T>(begin: string, work: (db: Queryable) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query(begin);
    const result = await work(client);
    await client.query("commit");
    return result;
  } catch (error) {
    await client.query("rollback").catch((lost: Error) => {
      broken = lost;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

export const transaction = <T>(work: (db: Queryable) => Promise<T>): Promise<T> =>
  retrying(() => runTransaction("begin", work));

export const serializableTransaction = <T>(work: (db: Queryable) => Promise<T>): Promise<T> =>
  retrying(() => runTransaction("begin isolation level serializable", work), 5);
