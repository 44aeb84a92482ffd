/**
 * A process that follows the events of a database (DATABASE_URL), in which events of some keys are deadly: `deadly` ends it,
 * `late` fails until there is a row `armed` in the totals, and then ends it. Says `ready` once it has begun.
 */
import { createServer } from '../../src/create-server.js'
import { subscriber } from '../../src/operation/subscriber.js'
import { createLog } from '../../src/telemetry/log.js'
import { Counted, followed, seen, totals } from './followed.js'

const Follower = subscriber('follower', {
  on: [Counted],
  from: 'start',
  retry: { attemptsMax: 3 },
  async run({ event: { id: eventId, key, payload }, tx, id }) {
    if (key === 'late' && (await tx.get(totals, 'armed')) === undefined) throw new Error('not yet')
    if (key === 'deadly' || key === 'late') process.kill(process.pid, 'SIGKILL')
    tx.insert(seen, { id: id(), key, value: payload.value, eventId })
  },
})

await createServer(followed([Follower]), {
  roles: ['worker'],
  log: createLog({ level: 'error', destination: { write: (line) => void process.stderr.write(line) } }),
})
process.stdout.write('ready\n')
