/** The one rule that is about the reviewer itself. */
import type { RuleInfo } from '../checker.js'

export const SUPPRESSION_RULE: RuleInfo = {
  id: 'suppression-without-reason',
  title: 'A finding is suppressed without a reason',
  severity: 'medium',
}

export const SUPPRESSION_FIX = 'Say why after two dashes: `keelson-ignore RULE -- reason`.'

export const SUPPRESSION_WHY =
  'Whoever reads the code next cannot tell a judgement from a shrug. The suppression is not applied until it says why it is right.'
