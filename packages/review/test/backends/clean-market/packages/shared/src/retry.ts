import { setTimeout as delay } from "node:timers/promises";

const RETRYABLE = new Set(["40001", "40P01"]);

export const sqlState = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error ? String(error.code) : undefined;

export async function retrying<T>(work: () => Promise<T>, attempts = 3): Promise<T> {
  for (let attempt = 1; attempt < attempts; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!RETRYABLE.has(sqlState(error) ?? "")) throw error;
      await delay(15 * 2 ** attempt);
    }
  }
  return work();
}
