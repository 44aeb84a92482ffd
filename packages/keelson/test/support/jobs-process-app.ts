/** The application of `jobs-app.ts` in a file of its own, as `keelson start` takes it, with handlers that need no test beside them. */
import { setTimeout as sleep } from 'node:timers/promises'
import { handlers, jobsApp } from './jobs-app.js'

const slow = ({ signal }: { signal: AbortSignal }): Promise<void> => sleep(20, undefined, { signal })
handlers.set('slow', slow)
handlers.set('patient', slow)
/** Heeds no signal: goes on to its effect, whatever became of its claim meanwhile. */
handlers.set('stubborn', () => sleep(2000))
handlers.set('kills', () => void process.kill(process.pid, 'SIGKILL'))

export default jobsApp
