/**
 * The service as a process of its own: PORT, DATABASE_URL, PROOF_SWITCH (a protection to turn off), PROOF_VERSION (1 or 2).
 * Says `ready` on standard output once it listens; logs go to standard error. SIGTERM drains.
 */
import { createLog } from 'keelson'
import { switchNamed } from '../switches/all.js'
import { startService } from './start.js'

const { PORT, DATABASE_URL, PROOF_SWITCH, PROOF_VERSION = '1' } = process.env
if (PORT === undefined || DATABASE_URL === undefined) throw new Error('PORT and DATABASE_URL are required.')
if (PROOF_VERSION !== '1' && PROOF_VERSION !== '2') throw new Error('PROOF_VERSION is 1 or 2.')

const log = createLog({
  level: 'warn',
  destination: { write: (line) => void process.stderr.write(line) },
})
const server = await startService({
  databaseUrl: DATABASE_URL,
  version: PROOF_VERSION === '2' ? 2 : 1,
  parts: PROOF_SWITCH === undefined || PROOF_SWITCH === '' ? {} : switchNamed(PROOF_SWITCH).parts(),
  log,
})
await server.listen({ host: '127.0.0.1', port: Number(PORT) })

let isStopping = false
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    if (isStopping) return
    isStopping = true
    void server.close().then(() => process.exit(0))
  })
}
process.stdout.write('ready\n')
