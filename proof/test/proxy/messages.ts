/** What a client of Postgres writes, byte by byte, for tests without one. */

const cstring = (text: string): Buffer => Buffer.from(`${text}\0`)

export function message(type: string, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  const header = Buffer.alloc(5)
  header.write(type, 0, 'latin1')
  header.writeUInt32BE(body.length + 4, 1)
  return Buffer.concat([header, body])
}

const untyped = (code: number, ...parts: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(parts)
  const header = Buffer.alloc(8)
  header.writeUInt32BE(body.length + 8, 0)
  header.writeUInt32BE(code, 4)
  return Buffer.concat([header, body])
}

export const startup = (): Buffer => untyped(3 << 16, cstring('user'), cstring('commit'), Buffer.from([0]))
export const sslRequest = (): Buffer => untyped(80_877_103)
export const query = (text: string): Buffer => message('Q', cstring(text))
export const parse = (name: string, text: string): Buffer =>
  message('P', cstring(name), cstring(text), Buffer.alloc(2))
export const close = (name: string): Buffer => message('C', Buffer.from('S'), cstring(name))
export const execute = (portal = ''): Buffer => message('E', cstring(portal), Buffer.alloc(4))
export const sync = (): Buffer => message('S')

/** One value, as text. */
export function bind(statement: string, value: string, portal = ''): Buffer {
  const bytes = Buffer.from(value)
  const count = Buffer.from([0, 0, 0, 1])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return message('B', cstring(portal), cstring(statement), count, length, bytes, Buffer.alloc(2))
}
