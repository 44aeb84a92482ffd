/** All switches, by name. */
import { guards } from './guards.js'
import { keyInCommit } from './key-in-commit.js'
import { lockOrder } from './lock-order.js'
import { locksInWaves } from './locks-in-waves.js'
import { marker, markerTrusted } from './marker.js'
import { rejectionsBeforeCommit } from './rejections-before-commit.js'
import { rerunsOnOverlay } from './reruns-on-overlay.js'
import { rowLocks } from './row-locks.js'
import { secondRead } from './second-read.js'
import type { Switch } from './switch.js'
import { versions } from './versions.js'

export const SWITCHES: readonly Switch[] = [
  rerunsOnOverlay,
  guards,
  rowLocks,
  locksInWaves,
  secondRead,
  versions,
  lockOrder,
  rejectionsBeforeCommit,
  keyInCommit,
  marker,
  markerTrusted,
]

export function switchNamed(name: string): Switch {
  const found = SWITCHES.find((each) => each.name === name)
  if (found === undefined)
    throw new Error(
      `There is no switch \`${name}\`: there are ${SWITCHES.map((each) => each.name).join(', ')}.`,
    )
  return found
}
