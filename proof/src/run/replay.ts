/** The command that makes a round again: the schedule depends on the seed, the faults and the pace, so it names all three. */
import type { Options } from '../options.js'

export interface Replayed {
  readonly seed: number
  readonly round: number
  readonly areAllFaults: boolean
  readonly areAllWorkloads: boolean
}

export function replayCommand(
  options: Options,
  { seed, round, areAllFaults, areAllWorkloads }: Replayed,
): string {
  const faults = options.faults ?? []
  const words = [
    `npm run prove -- --seed ${seed} --round ${round}`,
    options.once ? '--once' : '',
    areAllFaults ? '' : `--faults ${faults.length === 0 ? 'none' : faults.join(',')}`,
    areAllWorkloads ? '' : `--workloads ${options.workloads.join(',')}`,
    `--processes ${options.processes} --clients ${options.clients}`,
  ]
  return words.filter((word) => word !== '').join(' ')
}
