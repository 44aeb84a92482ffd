/** `process.exit` outside of main. */
import type { Validation } from '../entry.js'

export const processExitInLibrary: Validation = {
  kind: 'validation',
  id: 'process-exit-in-library',
  title: '`process.exit` outside of main',
  severity: 'medium',
  why: '`process.exit` ends everything at once: requests in flight, transactions, log lines that are still in a buffer. In a library or a handler it takes the decision away from those who own the process, and one client’s bad input can then switch off the service for all.',
  looksFor:
    '`process.exit`, `process.abort`, `process.kill(process.pid)` in anything but the entry file, a command-line tool or the shutdown routine: handlers, services, libraries, `catch` blocks of modules; `process.exit` right after an asynchronous log or flush; signal handlers in a library.',
  sparesFor: [
    'Entry files and commands, after start-up failed.',
    'The last step of a graceful shutdown, and workers’ own `process.exit` in a child.',
    'Tests and scripts.',
  ],
  fix: 'Throw, and let main decide. In main set `process.exitCode` and let the loop run empty, or drain with a deadline and then exit.',
  numbers: [
    'Writes to stdout are asynchronous for pipes on POSIX and may be lost on exit; code 0 means success to the orchestrator [Node documentation, process.exit and A note on process I/O].',
  ],
  siblings: ['no-graceful-shutdown', 'swallowed-error', 'job-lost-at-deploy'],
  covers: ['process.exit in a library'],
  wrong: {
    language: 'ts',
    stack: 'A module of a service',
    text: `export async function loadRates() {
  const response = await fetch(RATES)
  if (!response.ok) {
    console.error('no rates')
    process.exit(1)
  }
  return Rates.parse(await response.json())
}`,
  },
  right: {
    language: 'ts',
    stack: 'A module of a service',
    text: `export async function loadRates(signal: AbortSignal) {
  const response = await fetch(RATES, { signal })
  if (!response.ok) throw new Error(\`rates: status \${response.status}\`)
  return Rates.parse(await response.json())
}`,
  },
  executedBy: 'by-hand',
}
