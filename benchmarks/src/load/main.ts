/** The generator's own process: takes one plan, runs it, answers, exits. Dies with its parent. */
import { runClosedLoop } from './closed-loop.js'
import type { LoadMessage, LoadPlan } from './plan.js'

const tell = (message: LoadMessage): void => void process.send!(message)

const die = (): never => process.exit(1)

process.once('disconnect', die)
process.once('message', (plan: LoadPlan) => void run(plan))

async function run(plan: LoadPlan): Promise<void> {
  try {
    const moments = { onBegin: () => tell({ kind: 'began' }), onEnd: () => tell({ kind: 'ended' }) }
    tell({ kind: 'result', result: await runClosedLoop(plan, moments) })
    process.off('disconnect', die)
    process.disconnect()
  } catch (error) {
    console.error(error)
    process.exit(1)
  }
}
