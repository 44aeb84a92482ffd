/** The parent's side of the generator: starts it, notes the moments, takes its answer, and never waits for ever. */
import { fork } from 'node:child_process'
import type { LoadMessage, LoadPlan, LoadResult } from './plan.js'

const GRACE_SECONDS = 40

export interface Moments {
  /** The measured time begins, or ended: the time to look at clocks of other processes. */
  onBegin(): void
  onEnd(): void
}

export function runLoad(plan: LoadPlan, moments: Moments): Promise<LoadResult> {
  const child = fork(new URL('./main.js', import.meta.url))
  const limitSeconds = plan.warmupSeconds + plan.seconds + GRACE_SECONDS
  return new Promise<LoadResult>((resolve, reject) => {
    const limit = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error(`The load generator did not end within ${limitSeconds} seconds.`))
    }, limitSeconds * 1000)
    child.on('message', (message: LoadMessage) => {
      if (message.kind === 'began') moments.onBegin()
      else if (message.kind === 'ended') moments.onEnd()
      else resolve(message.result)
    })
    child.once('error', reject)
    child.once('exit', (code) => {
      clearTimeout(limit)
      reject(new Error(`The load generator ended with code ${code} before it answered.`))
    })
    child.send(plan)
  })
}
