/** What a load is sent to, where nobody breaks it. */
import type { AppProcess } from '../../src/world/world.js'

/** A server of this process: nobody kills it. */
export const stillApp = (name: string, url: string): AppProcess => ({
  name,
  url,
  isRunning: true,
  kill: async () => undefined,
  pause: () => undefined,
  resume: () => undefined,
  start: async () => undefined,
  endedByItself: [],
  restart: async () => undefined,
  hasDied: async () => false,
})
