/** A seed that calls the application both ways, then waits to be stopped. */
import type { Seed } from '../../src/cli/seed.js'
import { ping } from './dev-app.js'

const seed: Seed = async ({ url, key, execute, progress, signal }) => {
  const { pong } = await execute(ping, {})
  const response = await fetch(`${url}/ping`, { headers: { authorization: `Bearer ${key}` } })
  progress(`seeded ${String(pong)} ${response.status}`)
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
}
export default seed
