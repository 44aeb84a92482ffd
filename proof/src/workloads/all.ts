/** All workloads. Each keeps what it has asked for, so that a run makes its own. */
import { append, type CheckAppends } from './append.js'
import { bank } from './bank.js'
import { counters } from './counters.js'
import { errands } from './errands.js'
import { keys } from './keys.js'
import { names } from './names.js'
import { notes } from './notes.js'
import { orders } from './orders.js'
import { pointers } from './pointers.js'
import { checkPrefixes } from './prefixes.js'
import { pairs, slots } from './slots.js'
import type { Workload } from './workload.js'

/** `checkAppends`: the checker of list-append histories. Default: one that compares prefixes only. */
export const createWorkloads = (checkAppends: CheckAppends = checkPrefixes): readonly Workload[] => [
  bank(),
  append(checkAppends),
  counters(),
  names(),
  slots(),
  pairs(),
  pointers(),
  orders(),
  keys(),
  notes(),
  errands(),
]
