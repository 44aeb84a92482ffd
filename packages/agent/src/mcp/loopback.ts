/**
 * Who may talk to the server over HTTP. It listens on the loopback only, but a page in a browser on this machine reaches that too: directly (then
 * its Origin is foreign), or through a name of its own that it points at 127.0.0.1 (DNS rebinding: then the Host is). Both are
 * refused before anything is read. MCP's specification, "Transports", asks for the same.
 */
import type { IncomingMessage } from 'node:http'

const NAMES: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]'])

/** What is wrong with a request; undefined where nothing is. */
export function refusalOf({ headers }: IncomingMessage, port: number): string | undefined {
  if (!isOwnHost(headers.host, port)) return 'The Host is none of this machine.'
  if (headers.origin !== undefined && !isOwnOrigin(headers.origin, port)) return 'The Origin is foreign.'
  return undefined
}

function isOwnHost(host: string | undefined, port: number): boolean {
  const match = /^(.+):(\d+)$/.exec(host ?? '')
  return match !== null && NAMES.has(match[1]!.toLowerCase()) && Number(match[2]) === port
}

/** A page that is served by another port of this machine is foreign as well. */
function isOwnOrigin(origin: string, port: number): boolean {
  const match = /^http:\/\/(.+)$/.exec(origin)
  return match !== null && isOwnHost(match[1], port)
}
