/**
 * Runs a command that serves until a signal asks it to stop. Everything that was started is stopped, in the opposite
 * order, also where starting fails half-way or a signal comes before it is done.
 */
import { Lifecycle } from '../lifecycle/lifecycle.js'
import { onStopSignals } from '../lifecycle/signals.js'

export interface Run {
  /** What runs is noted here, to be stopped. */
  readonly lifecycle: Lifecycle
  /** Aborted by the first signal. */
  readonly signal: AbortSignal
}

/** `start` may throw at any time once the signal is aborted; that is no failure then. */
export async function untilStopped(
  start: (run: Run) => Promise<void>,
  onStopping: () => void,
): Promise<void> {
  const lifecycle = new Lifecycle()
  const stopping = new AbortController()
  const silence = onStopSignals({
    stop: () => {
      onStopping()
      stopping.abort()
    },
    force: (exitCode) => process.exit(exitCode),
  })
  const { signal } = stopping
  try {
    await start({ lifecycle, signal })
    if (!signal.aborted)
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    await lifecycle.stop()
    silence()
  }
}
