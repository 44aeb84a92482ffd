/**
 * Tokens that are believed too easily or too long: signed without expiry, verified without a pinned algorithm or with a check switched off,
 * or decoded where they had to be verified.
 */
import type { Rule } from '../rule.js'
import { unverifiedTokens } from './jwt-unsafe/decoding.js'
import { endlessTokens } from './jwt-unsafe/signing.js'
import { looseVerification } from './jwt-unsafe/verifying.js'

export const jwtUnsafe: Rule = {
  id: 'jwt-unsafe',
  title: 'JWT without expiry, algorithm or verification',
  severity: 'critical',
  check(program, report) {
    for (const found of endlessTokens(program)) report(found)
    for (const found of looseVerification(program)) report(found)
    for (const found of unverifiedTokens(program)) report(found)
  },
}
