/**
 * From the expected load to a plan: figures with their formulas and assumptions, warnings where figures contradict each other or the
 * budgets, and what fails. It is a first estimate to be measured against, not a promise.
 */
import { failureModes, type FailureMode } from './failure-modes.js'
import { rounded, shown, type Figure } from './figure.js'
import { peakOf, type Load } from './load.js'
import { inside, stay99Ms } from './queueing.js'
import { poolOf, processesOf, serviceFigures } from './service.js'
import { coresOf, storageFigures } from './storage.js'

export interface Plan {
  readonly figures: readonly Figure[]
  readonly warnings: readonly string[]
  readonly failureModes: readonly FailureMode[]
}

export function planFor(load: Load): Plan {
  return {
    figures: [...serviceFigures(load), ...storageFigures(load), ...budgetFigures(load)].map((figure) => ({
      ...figure,
      value: rounded(figure.value),
    })),
    warnings: warningsOf(load),
    failureModes: failureModes(load),
  }
}

const MONTH_MINUTES = (365.25 / 12) * 24 * 60

const budgetFigures = (load: Load): Figure[] => [
  {
    component: 'budget',
    name: 'errors allowed at the peak',
    value: peakOf(load) * 0.001,
    unit: 'requests/s',
    formula: 'λ × 0.1 %',
    worked: `${shown(peakOf(load))}/s × 0.001`,
    assumption: 'alert on the rate at which the budget of the month burns, not on single errors',
    source: 'the budget: errors below 0.1 %',
  },
  {
    component: 'budget',
    name: 'outage allowed',
    value: MONTH_MINUTES * 0.001,
    unit: 'minutes/month',
    formula: 'month × (1 − 99.9 %)',
    worked: '43,830 min × 0.001',
    assumption: 'deploys and failovers count',
    source: 'the budget: 99.9 % available',
  },
]

/** `max_connections` as Postgres is delivered, less those that it keeps for superusers. */
const CONNECTIONS_DELIVERED = 97

function warningsOf(load: Load): string[] {
  const peak = peakOf(load)
  const processes = processesOf(load)
  const utilisation = inside(peak / processes, load.processorMs)
  const connections = poolOf(load) * processes
  const bare = load.connectionMs + load.processorMs + load.outsideMs
  const warnings: string[] = []
  if (utilisation >= 1)
    warnings.push(
      `${processes} processes are overloaded: each would need ${shown(utilisation)} processors. Take more, or make requests cheaper.`,
    )
  else if (stay99Ms(load.processorMs, utilisation) > load.p99Ms)
    warnings.push(
      `The event loop alone exceeds the p99 of ${load.p99Ms} ms at ${shown(utilisation)} of a processor: take more processes.`,
    )
  if (bare > load.p99Ms)
    warnings.push(
      `The mean (${shown(bare)} ms) is above the p99 that is wanted (${load.p99Ms} ms): move what is slow into a job, or cache it.`,
    )
  if (connections > coresOf(load) * 2 + 1)
    warnings.push(
      `${connections} connections are more than the database works on at once (${coresOf(load) * 2 + 1}): hold them shorter, or put a pooler in transaction mode between.`,
    )
  if (connections * 2 > CONNECTIONS_DELIVERED)
    warnings.push(
      `A deploy that starts all processes anew may ask for ${connections * 2} connections; Postgres as delivered gives ${CONNECTIONS_DELIVERED} to common users.`,
    )
  if (load.outsideMs > 0)
    warnings.push('A connection or lock must not be held while a service outside is waited for.')
  return warnings
}
