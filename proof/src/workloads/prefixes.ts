/**
 * The least that can be said of list appends without a graph: whatever a command read is how a final list begins. Stands
 * in where no checker of cycles is given.
 */
import type { Finding } from '../checker/finding.js'
import type { CheckAppends } from './append.js'

export const checkPrefixes: CheckAppends = (transactions, finalLists) =>
  transactions.flatMap(({ id, ops }) =>
    ops.flatMap((step): Finding[] => {
      if (step.kind === 'append') return []
      const end = finalLists.get(step.key) ?? []
      if (step.value.every((value, at) => end[at] === value)) return []
      const evidence = [
        `read ${step.value.join(' ')}`,
        `in the end ${end.slice(0, step.value.length).join(' ')}`,
      ]
      const message = `Operation #${id} read ${step.key} as it never was on its way to the end.`
      return [{ anomaly: 'G-single', workload: 'append', message, evidence }]
    }),
  )
