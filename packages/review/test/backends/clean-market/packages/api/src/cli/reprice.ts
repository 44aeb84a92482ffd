import { readFileSync } from "node:fs";
import { chunks } from "@market/shared/chunks";
import { pool, transaction } from "../db.ts";

interface Price {
  id: string;
  cents: number;
}

function parsePrices(text: string): Price[] {
  return text
    .trim()
    .split("\n")
    .map((line, index) => {
      const [id = "", cents = ""] = line.split(",");
      if (!/^\d{1,18}$/.test(id) || !/^[1-9]\d{0,7}$/.test(cents)) throw new Error(`Line ${index + 1} is not "id,cents"`);
      return { id, cents: Number(cents) };
    });
}

async function reprice(prices: Price[]): Promise<number> {
  return transaction(async (db) => {
    const { rowCount } = await db.query(
      `update products p set price_cents = wanted.cents, version = p.version + 1
         from unnest($1::bigint[], $2::int[]) as wanted (id, cents)
        where p.id = wanted.id and p.price_cents <> wanted.cents`,
      [prices.map((price) => price.id), prices.map((price) => price.cents)],
    );
    return rowCount ?? 0;
  });
}

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error("usage: reprice FILE");

const logged: Promise<unknown>[] = [];
try {
  for (const chunk of chunks(parsePrices(readFileSync(file, "utf8")), 500)) {
    const changed = await reprice(chunk);
    logged.push(pool.query("select pg_notify('prices', $1)", [String(changed)]));
    console.log(`${changed} prices changed`);
  }
} finally {
  await Promise.allSettled(logged);
  await pool.end();
}
