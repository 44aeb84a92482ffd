/** Waits for a condition, never for a time. */

/** Longer than anything here takes, also on a busy machine. */
const LIMIT_MS = 30_000

/** Resolves with the first value that is neither undefined nor false; fails when that takes too long. */
export async function until<T>(
  what: string,
  look: () => Promise<T> | T,
): Promise<Exclude<T, undefined | false>> {
  const deadline = performance.now() + LIMIT_MS
  for (;;) {
    const value = await look()
    if (value !== undefined && value !== false) return value as Exclude<T, undefined | false>
    if (performance.now() > deadline) throw new Error(`Waited in vain: ${what}.`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
