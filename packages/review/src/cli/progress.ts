/** Tells whoever waits at a terminal that work goes on; takes the line away when it is over. */

const SHOWN_AFTER_MS = 2_000
const CLEAR_LINE = '\r\u001b[2K'

/** Returns what ends it. Silent where nobody watches. */
export function showProgress(stream: NodeJS.WriteStream): () => void {
  if (!stream.isTTY) return () => undefined
  let isShown = false
  const timer = setTimeout(() => {
    isShown = true
    stream.write(`${CLEAR_LINE}Still reviewing …`)
  }, SHOWN_AFTER_MS)
  return () => {
    clearTimeout(timer)
    if (isShown) stream.write(CLEAR_LINE)
  }
}
