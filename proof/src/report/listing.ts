/** `--list`: what there is to choose from. */
import type { Parts } from '../run/parts.js'

export function listing({ createWorkloads, faults, switches }: Parts): string {
  const workloads = createWorkloads()
  const width = Math.max(0, ...[...workloads, ...faults, ...switches].map(({ name }) => name.length))
  const lines = (title: string, items: readonly { name: string; what?: string }[]): string =>
    [title, ...items.map(({ name, what }) => `  ${name.padEnd(width)}  ${what ?? ''}`.trimEnd())].join('\n')
  return `${[lines('workloads', workloads), lines('faults', faults), lines('switches', switches)].join('\n\n')}\n`
}
