/** What a key is made for, and what is wrong with it. */
import { isAddressOrNetwork } from '../internal/address-list.js'

export interface KeyGrant {
  /** Whom the key stands for: the `id` of its actor. 1 to 255 characters; a UUID where tables refer to callers by one. */
  readonly owner: string
  /** What it may do; `['*']` for everything. */
  readonly scopes: readonly string[]
  /** For people: what the key is for. At most 100 characters. */
  readonly name?: string | undefined
  /** Default: never. */
  readonly expiresAt?: Date | undefined
  /** Addresses and networks (CIDR) from which it may be used. Default: all. At most 100. */
  readonly addresses?: readonly string[] | undefined
}

export const ADDRESSES_MAX = 100
export const SCOPES_MAX = 100
/** RFC 6749, appendix A.4. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/
/** No control characters. */
const OWNER = /^[^\p{Cc}]{1,255}$/u
const NAME = /^[^\p{Cc}]{1,100}$/u

/** Sentences; none where all is well. */
export function problemsOfGrant(grant: KeyGrant): string[] {
  const { owner, scopes, name, expiresAt, addresses = [] } = grant
  const problems: string[] = []
  if (!OWNER.test(owner)) problems.push('The owner must be 1 to 255 characters.')
  if (name !== undefined && !NAME.test(name)) problems.push('The name must be 1 to 100 characters.')
  if (scopes.length > SCOPES_MAX) problems.push(`A key holds at most ${SCOPES_MAX} scopes.`)
  for (const scope of scopes)
    if (!SCOPE.test(scope))
      problems.push(`\`${scope}\` is no scope: 1 to 100 visible characters, without quotes and backslashes.`)
  if (expiresAt !== undefined && Number.isNaN(expiresAt.getTime())) problems.push('The expiry is no date.')
  if (addresses.length > ADDRESSES_MAX) problems.push(`A key holds at most ${ADDRESSES_MAX} addresses.`)
  for (const address of addresses)
    if (!isAddressOrNetwork(address))
      problems.push(`\`${address}\` is neither an address nor a network: write 203.0.113.7 or 10.0.0.0/8.`)
  return problems
}
