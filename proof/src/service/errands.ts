/** Errands: a command hands each over to a job, and the job leaves a row by another command. Some attempts fail afterwards. */
import { anyone, command, job } from 'keelson'
import { z } from 'zod'
import { errandsDone } from './tables.js'

const input = z.object({ token: z.string() })

/** Takes whatever comes, also twice: the check must find that, not a constraint. */
export const note = command('errands.note', {
  input,
  allow: anyone,
  run: ({ input: { token }, tx, id }) => void tx.insert(errandsDone, { id: id(), token }),
})

export const errand = job('errand', {
  input,
  // More than processes can die in a round.
  retry: { attemptsMax: 50, delayMs: 20, delayMaxMs: 500 },
  timeoutMs: 5000,
  async run({ input: { token }, attempt, execute }) {
    await execute(note, { token })
    if (attempt === 1 && token.charCodeAt(0) % 5 === 0) throw new Error('Once is not enough.')
  },
})

export const send = command('errands.send', {
  http: { post: '/errands.send' },
  input,
  output: z.object({ job: z.string() }),
  allow: anyone,
  run: ({ input: { token }, tx }) => ({ job: tx.enqueue(errand, { token }) }),
})
