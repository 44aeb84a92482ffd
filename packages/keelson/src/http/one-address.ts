/**
 * `localhost` names two addresses where there is IPv6, and Fastify would listen on both, with a second server of which the bounds on
 * connections, on clients that do not read, and the drain know nothing. A process listens on one address.
 */
import dns from 'node:dns'
import { promisify } from 'node:util'

/** The one that `localhost` stands for, of IPv4 where there is one; any other host as it is. */
export async function oneAddress(host: string): Promise<string> {
  if (host.toLowerCase() !== 'localhost') return host
  const lookup = promisify(dns.lookup)
  const all = await lookup(host, { all: true })
  return (all.find(({ family }) => family === 4) ?? all[0]!).address
}
