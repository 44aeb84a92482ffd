/** Who may use an operation, in the OpenAPI document: in words, by scopes, and with which errors others are refused. */
import type { ErrorCode } from '../errors.js'
import type { CompiledOperation } from '../operation/compiled.js'
import { isCombined, type Rule } from '../operation/rules.js'

type Allow = CompiledOperation['allow']

export const isOpen = ({ allow }: CompiledOperation): boolean =>
  typeof allow === 'object' && allow.kind === 'anyone'

/** Scopes that may let a caller in, however the rules combine them; what stands beneath `not` lets nobody in. */
export function scopesOf(allow: Allow | Rule<never>): string[] {
  if (typeof allow === 'object') return allow.kind === 'scope' ? [allow.scope] : []
  if (!isCombined<never>(allow) || allow.kind === 'not') return []
  return [...new Set(allow.rules.flatMap((rule) => scopesOf(rule)))]
}

export function accessOf(operation: CompiledOperation): string {
  const { allow } = operation
  if (isOpen(operation)) return 'Open to everyone: no key is needed.'
  if (typeof allow === 'object' && allow.kind === 'signedIn') return 'Needs a key.'
  const concealed = refusalsOf(allow).includes('not_found')
    ? ' Others are answered as if there were nothing there (404).'
    : ''
  return `Needs a key with ${spelled(allow as Rule<never>)}.${concealed}`
}

/** A rule as a part of a sentence. */
function spelled(rule: Rule<never>, isInner = false): string {
  if (typeof rule === 'object') return rule.kind === 'scope' ? `the scope \`${rule.scope}\`` : 'any scopes'
  if (!isCombined<never>(rule)) return 'what the operation asks of caller and input'
  if (rule.kind === 'hidden') return spelled(rule.rules[0]!, isInner)
  if (rule.kind === 'not') return `anything but ${spelled(rule.rules[0]!, true)}`
  const parts = rule.rules.map((each) => spelled(each, rule.rules.length > 1))
  const joined = parts.join(rule.kind === 'all' ? ' and ' : ' or ')
  return isInner && parts.length > 1 ? `(${joined})` : joined
}

/** What callers get whom the rule does not let in. */
export function refusalsOf(allow: Allow | Rule<never>): ErrorCode[] {
  if (typeof allow === 'object') return allow.kind === 'scope' ? ['scope_required'] : []
  if (!isCombined<never>(allow)) return ['forbidden']
  if (allow.kind === 'hidden') return ['not_found']
  // One rule's reason would mislead where another would have done.
  if (allow.kind === 'not' || (allow.kind === 'any' && allow.rules.length > 1)) return ['forbidden']
  return [...new Set(allow.rules.flatMap((rule) => refusalsOf(rule)))]
}
