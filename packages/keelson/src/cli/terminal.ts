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

export function terminalOn(stream: NodeJS.WriteStream): Terminal {
  // Whoever read our output may be gone (a closed pipe); that is no reason to stop.
  stream.on('error', () => undefined)
  const drawsOver = stream.isTTY === true
  let open = false
  let shown = ''
  const settle = (): void => {
    if (open) stream.write('\n')
    open = false
  }
  return {
    say(text) {
      settle()
      stream.write(`${text}\n`)
    },
    progress(text) {
      if (text === shown) return
      shown = text
      if (drawsOver) stream.write(CLEAR_LINE + text.slice(0, Math.max(20, stream.columns - 1)))
      else stream.write(`${text}\n`)
      open = drawsOver
    },
    settle,
  }
}
