/** A bound for what might hang. */

export class TookTooLong extends Error {
  override readonly name = 'TookTooLong'
}

/** As the promise, or rejects with TookTooLong; what was begun goes on, and its end no longer matters. */
export async function within<T>(limitMs: number, what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new TookTooLong(`${what} took longer than ${Math.round(limitMs / 100) / 10} s.`)),
      limitMs,
    )
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
