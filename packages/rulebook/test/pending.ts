/**
 * Lines of the floor that no entry answers yet: who writes an entry takes its lines out. A test holds the list against the
 * entries both ways; at the end it is empty.
 */
import type { Entry } from '../src/index.js'

export const pending: Readonly<Record<Entry['kind'], readonly string[]>> = {
  pattern: [],
  'sharp-edge': [],
  validation: [],
}

/** Ids that entries name as siblings and that are not written yet. */
export const announced: readonly string[] = []
