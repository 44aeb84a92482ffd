/**
 * What a run says while it runs: on a terminal one line that is written anew every second, elsewhere a line every ten.
 */
import type { Journal } from './journal.js'

export interface Terminal {
  write(text: string): void
  /** False: the output goes into a file or to another program. */
  readonly isTerminal: boolean
  readonly columns?: number
}

const EVERY_MS = { terminal: 1000, plain: 10_000 }

/** `journals`: those of all lanes. */
export function startProgress(
  terminal: Terminal,
  journals: readonly Journal[],
  nowMs: () => number,
): { stop(): void } {
  let before = { operations: 0, atMs: nowMs() }
  const tick = (): void => {
    const states = journals.map((journal) => journal.state)
    const operations = states.reduce((sum, state) => sum + state.operations, 0)
    const atMs = nowMs()
    const perSecond = ((operations - before.operations) * 1000) / Math.max(1, atMs - before.atMs)
    before = { operations, atMs }
    const line = progressLine(states, atMs, perSecond)
    terminal.write(
      terminal.isTerminal ? `\r\x1b[K${line.slice(0, (terminal.columns ?? 80) - 1)}` : `${line}\n`,
    )
  }
  const timer = setInterval(tick, terminal.isTerminal ? EVERY_MS.terminal : EVERY_MS.plain)
  return {
    stop() {
      clearInterval(timer)
      if (terminal.isTerminal) terminal.write('\r\x1b[K')
    },
  }
}

/** The first state is that of the service itself; findings in a weakened one are none. */
export function progressLine(states: readonly Journal['state'][], atMs: number, perSecond: number): string {
  const { findings, problems } = states[0]!
  const doing = states
    .filter((state) => state.doing !== '')
    .map((state) => [state.doing, state.faults.join(' + ')].filter((part) => part !== '').join(': '))
  const parts = [
    clockTime(atMs),
    `${Math.round(perSecond).toLocaleString('en')} req/s`,
    findings === 1 ? '1 finding' : `${findings} findings`,
    problems > 0 ? `${problems} problems` : '',
    ...doing,
  ]
  return parts.filter((part) => part !== '').join('  ')
}

/** `1:05`, `1:02:03`. */
export function clockTime(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  const two = (value: number): string => String(value).padStart(2, '0')
  const minutes = `${Math.floor(seconds / 60) % 60}`
  return seconds < 3600
    ? `${minutes}:${two(seconds % 60)}`
    : `${Math.floor(seconds / 3600)}:${minutes.padStart(2, '0')}:${two(seconds % 60)}`
}
