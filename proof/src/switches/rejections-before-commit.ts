/**
 * A member that fails is answered as soon as the group was accepted, not after its commit: the refusal may rest on what a
 * predecessor wrote that is undone when the flush meets a violation.
 *
 * Anomaly: G1a (a refusal shows a balance that never was), ghost-effect (run again, the refused command is accepted). Transfers with references that are taken show it without any
 * fault; so does a crash between the answer and the commit.
 */
import { accept, type Accept } from 'keelson/internals/engine/acceptance'
import type { Switch } from './switch.js'

const answerRefusalsAtOnce: Accept = async (members, overlay, tools) => {
  const acceptance = await accept(members, overlay, tools)
  for (const { member, outcome, answer } of acceptance.accepted) if (!outcome.ok) member.answer(answer)
  return acceptance
}

export const rejectionsBeforeCommit: Switch = {
  name: 'rejections-before-commit',
  what: 'Refusals are answered before the group has committed.',
  anomalies: ['G1a', 'ghost-effect', 'different-answer'],
  workloads: ['bank'],
  fault: undefined,
  parts: () => ({ accept: answerRefusalsAtOnce }),
}
