/** A process that follows the events of a database (DATABASE_URL) until it is ended. Says `ready` once it has begun. */
import { createServer } from '../../src/create-server.js'
import { createLog } from '../../src/telemetry/log.js'
import { Follower, followed } from './followed.js'

await createServer(followed([Follower]), {
  roles: ['worker'],
  log: createLog({ level: 'warn', destination: { write: (line) => void process.stderr.write(line) } }),
})
process.stdout.write('ready\n')
