/** Promise that never settles. */
import type { Validation } from '../entry.js'

export const promiseNeverSettled: Validation = {
  kind: 'validation',
  id: 'promise-never-settled',
  title: 'Promise that never settles',
  severity: 'high',
  why: 'An `await` on a promise that neither resolves nor rejects is a request that never ends: no error, no log line, only memory, a held lock and a held connection. It comes from wrapping callbacks by hand and forgetting the path on which the other side says nothing.',
  looksFor:
    "`new Promise` whose executor has a path without `resolve` or `reject`: an `error`, `close` or `abort` event not handled, an early `return`, a throw in an asynchronous callback; waiting for an event that may have passed (`once(emitter, 'ready')` after it fired) or that lacks a time-out; a map of pending replies whose entries are not rejected when the connection closes; a lock or semaphore not released in `finally`.",
  sparesFor: [
    '`promisify`, `events.once` with a signal, `stream/promises`.',
    'Promises that are meant to live as long as the process (shutdown signal).',
    'Executors in which every event of the source is handled.',
  ],
  fix: 'Use the promise form of the interface. Where you wrap, handle result, error, close and a time-out (`AbortSignal.timeout`), and remove the listeners. Reject everything pending when its connection ends.',
  numbers: [
    'A process whose loop is empty while top-level await is pending exits with code 13 [Node documentation, Process exit codes].',
  ],
  siblings: [
    'floating-promise',
    'outbound-call-without-timeout',
    'unhandled-stream-error',
    'connection-pool-exhaustion',
  ],
  covers: ['promise never settled'],
  wrong: {
    language: 'ts',
    stack: 'node:net',
    text: `const ask = (socket: Socket, question: string) =>
  new Promise<Buffer>((resolve) => {
    socket.once('data', resolve)
    socket.write(question)
  })`,
  },
  right: {
    language: 'ts',
    stack: 'node:net',
    text: `async function ask(socket: Socket, question: string): Promise<Buffer> {
  const closed = new AbortController()
  const close = () => closed.abort(new Error('connection closed'))
  socket.once('close', close)
  try {
    const signal = AbortSignal.any([closed.signal, AbortSignal.timeout(2000)])
    const answer = once(socket, 'data', { signal })
    socket.write(question)
    return (await answer)[0]
  } finally {
    socket.off('close', close)
  }
}`,
  },
  executedBy: 'by-hand',
}
