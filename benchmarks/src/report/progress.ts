/** What a run says while it runs. */
import type { Pass } from '../pass.js'

export const say = (message: string): void => void process.stdout.write(`${message}\n`)

export function passLine(
  { work, connections, contender, load }: Pass,
  done: number,
  planned: number,
): string {
  const errors = load.errors === 0 ? '' : `, ${load.errors} errors ${JSON.stringify(load.statuses)}`
  const rate = Math.round(load.requestsPerSecond).toLocaleString('en')
  const name = `${work} at ${connections}`.padEnd(20)
  return `${String(done).padStart(3)}/${planned}  ${name}  ${contender.padEnd(24)}  ${rate.padStart(7)} req/s  p50 ${load.p50Ms?.toFixed(2)} ms  p99 ${load.p99Ms?.toFixed(2)} ms${errors}`
}
