/** Talking to the person at the keyboard: plain lines, and a progress line that is drawn over in a terminal. */

export interface Terminal {
  /** A line, or several. */
  say(text: string): void
  /** What goes on; in a terminal each replaces the one before. */
  progress(text: string): void
  /** Ends the progress line, so that what follows starts on a line of its own. */
  settle(): void
}

const CLEAR_LINE = '\r\u001b[2K'
/** Without a terminal each message is a line of its own; not more of them than this. */
const LINE_EVERY_MS = 2000

export function terminalOn(
  stream: NodeJS.WriteStream,
  nowMs: () => number = () => performance.now(),
): Terminal {
  // Whoever read our output may be gone (a closed pipe); that is no reason to stop.
  stream.on('error', () => undefined)
  const drawsOver = stream.isTTY
  let isOpen = false
  let shownAtMs = Number.NEGATIVE_INFINITY
  let waiting: string | undefined
  const settle = (): void => {
    if (isOpen) stream.write('\n')
    if (waiting !== undefined) stream.write(`${waiting}\n`)
    isOpen = false
    waiting = undefined
    shownAtMs = Number.NEGATIVE_INFINITY
  }
  return {
    say(text) {
      settle()
      stream.write(`${text}\n`)
    },
    progress(text) {
      if (drawsOver) {
        stream.write(CLEAR_LINE + text.slice(0, Math.max(20, stream.columns - 1)))
        isOpen = true
      } else if (nowMs() - shownAtMs >= LINE_EVERY_MS) {
        stream.write(`${text}\n`)
        shownAtMs = nowMs()
        waiting = undefined
      } else {
        waiting = text
      }
    },
    settle,
  }
}
