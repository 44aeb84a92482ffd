/**
 * `Server-Timing` (W3C): where a command's time went and what the engine did with it. In development each answer has it,
 * else those to callers who ask (`X-Server-Timing: 1`) and hold the scope `server-timing`: it tells of the neighbours.
 */
import { PHASES, type Facts } from '../engine/facts.js'
import { hasScope, type Actor } from '../operation/actor.js'

/** The scope of callers who may ask. */
const SCOPE = 'server-timing'

export const mayAsk = (asked: string | undefined, actor: Actor | null): boolean =>
  asked !== undefined && actor !== null && hasScope(actor, SCOPE)

export function serverTiming(facts: Facts | undefined, totalMs: number): string {
  const entries: string[] = []
  for (const phase of facts === undefined ? [] : PHASES)
    if (facts![phase] > 0) entries.push(`${phase};dur=${rounded(facts![phase])}`)
  if (facts !== undefined) {
    entries.push(`waves;desc="${facts.waves}"`, `reruns;desc="${facts.reruns}"`)
    if (facts.deferrals > 0) entries.push(`deferrals;desc="${facts.deferrals}"`)
    if (facts.members > 0) entries.push(`group;desc="${facts.members}"`)
    if (facts.soloReason !== undefined)
      entries.push(`why-solo;desc="${facts.soloReason.replaceAll(/[^\x20-\x7e]|["\\]/g, "'")}"`)
  }
  entries.push(`total;dur=${rounded(totalMs)}`)
  return entries.join(', ')
}

/** The same for the log; only what there is to tell. */
export function loggedFacts(facts: Facts): Readonly<Record<string, number | string>> {
  const told: Record<string, number | string> = { waves: facts.waves, reruns: facts.reruns }
  for (const phase of PHASES) if (facts[phase] > 0) told[`${phase}Ms`] = rounded(facts[phase])
  if (facts.deferrals > 0) told['deferrals'] = facts.deferrals
  if (facts.members > 0) told['group'] = facts.members
  if (facts.soloReason !== undefined) told['whySolo'] = facts.soloReason
  return told
}

const rounded = (ms: number): number => Math.round(ms * 100) / 100
