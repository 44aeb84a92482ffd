/** Says when the machine had other things to do: its numbers are then those of a smaller machine. */
import { cpus } from 'node:os'
import type { Pass } from '../pass.js'

/** Of the machine's CPU time in a pass; the kernel's own work for our traffic is below this. */
const TOLERATED_FRACTION = 0.1

/** Undefined if all passes ran undisturbed, as far as can be seen. */
export function disturbance(passes: readonly Pass[]): string | undefined {
  const cores = cpus().length
  const disturbed = passes.filter(({ load, elsewhereCpuSeconds, stolenCpuSeconds }) => {
    const lost = (elsewhereCpuSeconds ?? 0) + (stolenCpuSeconds ?? 0)
    return lost > load.seconds * cores * TOLERATED_FRACTION
  })
  if (disturbed.length === 0) return undefined
  return `In ${disturbed.length} of ${passes.length} passes more than ${TOLERATED_FRACTION * 100} % of the machine's CPU time went to other programs or to the host's other guests.`
}
