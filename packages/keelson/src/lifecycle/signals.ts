/**
 * SIGTERM, SIGINT and SIGHUP: the first asks for an orderly stop, the second ends the process at once. One Ctrl-C may arrive
 * several times (from the terminal, and passed on by each npm above us): echoes within a second are one signal.
 */

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const
export type StopSignal = (typeof SIGNALS)[number]

/** The exit code of a process that a signal ended, as shells have it. */
const EXIT_CODES: Readonly<Record<StopSignal, number>> = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 }

const ECHO_MS = 1000

export interface SignalHandlers {
  /** Stops in order; called once. */
  readonly stop: (signal: StopSignal) => void
  /** The second signal; ends the process. */
  readonly force: (exitCode: number) => void
}

/** Listens until the returned function is called. */
export function onStopSignals({ stop, force }: SignalHandlers): () => void {
  let askedAtMs: number | undefined
  const listener = (signal: StopSignal): void => {
    const nowMs = performance.now()
    if (askedAtMs === undefined) {
      askedAtMs = nowMs
      stop(signal)
    } else if (nowMs - askedAtMs > ECHO_MS) {
      force(EXIT_CODES[signal])
    }
  }
  for (const signal of SIGNALS) process.on(signal, listener)
  return () => {
    for (const signal of SIGNALS) process.off(signal, listener)
  }
}
