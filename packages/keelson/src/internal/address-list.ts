/** Lists of addresses from which a key may be used: single ones, and networks as CIDR (RFC 4632, RFC 4291). */
import { BlockList, isIP } from 'node:net'

/** Whether the text is an address (`10.0.0.7`, `2001:db8::1`) or a network (`10.0.0.0/8`). */
export function isAddressOrNetwork(text: string): boolean {
  const { address, family, length, isNetwork } = parted(text)
  return isIP(address) !== 0 && (!isNetwork || (length >= 0 && length <= (family === 'ipv4' ? 32 : 128)))
}

/** Whether an address is on the list; what is no address is on none. IPv4 counts as such also where it is written as IPv6. */
export function addressMatcher(list: readonly string[]): (address: string | undefined) => boolean {
  const known = new BlockList()
  for (const text of list) {
    const { address, family, length, isNetwork } = parted(text)
    if (isNetwork) known.addSubnet(address, length, family)
    else known.addAddress(address, family)
  }
  return (address) => {
    const version = address === undefined ? 0 : isIP(address)
    return version !== 0 && known.check(address!, version === 4 ? 'ipv4' : 'ipv6')
  }
}

function parted(text: string): {
  address: string
  family: 'ipv4' | 'ipv6'
  length: number
  isNetwork: boolean
} {
  const [address = '', length, ...rest] = text.split('/')
  return {
    address,
    family: isIP(address) === 6 ? 'ipv6' : 'ipv4',
    length: length !== undefined && /^\d{1,3}$/.test(length) && rest.length === 0 ? Number(length) : -1,
    isNetwork: length !== undefined,
  }
}
