/**
 * Keeps code from the network, in development: inside of an enclosure `fetch`, new connections and writes to connections
 * that are not Keelson's own fail. What belongs to an enclosure is told by its asynchronous context, so that the code
 * beside it, and whatever was begun outside, works as ever. Nothing is changed in a process that never asks for it.
 *
 * Not seen: datagrams, child processes, workers, and streams of an HTTP/2 session that is open already.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { Socket } from 'node:net'

/** One stretch of code that is kept from the network. */
export interface Enclosure {
  /** Once false, what the code left running is let go. */
  readonly isOpen: boolean
  /** Notes what was tried and makes the error that it fails with. */
  refuse(what: string): Error
}

let storage: AsyncLocalStorage<Enclosure> | undefined
const own = new WeakSet<object>()

/** Marks a connection as Keelson's own: it may be written to from anywhere. */
export const ownStream = (stream: object): void => void own.add(stream)

/** It is Keelson's no more. */
export const strangeStream = (stream: object): void => void own.delete(stream)

/** Runs `work` as if it had been begun outside of every enclosure. */
export const outside = <T>(work: () => T): T => (storage === undefined ? work() : storage.exit(work))

/** Runs `work` inside of an enclosure. From the first time on, `fetch` and sockets of this process look for one. */
export function enclosed<T>(enclosure: Enclosure, work: () => T): T {
  storage ??= install(new AsyncLocalStorage())
  return storage.run(enclosure, work)
}

/** What sockets do beneath their public face; there since the first versions of Node. */
interface SocketParts {
  connect: (this: Socket, ...given: unknown[]) => Socket
  _writeGeneric?: (this: Socket, ...given: unknown[]) => unknown
}

function install(made: AsyncLocalStorage<Enclosure>): AsyncLocalStorage<Enclosure> {
  const around = (): Enclosure | undefined => {
    const enclosure = made.getStore()
    return enclosure?.isOpen === true ? enclosure : undefined
  }
  encloseFetch(around)
  encloseSockets(around)
  return made
}

function encloseFetch(around: () => Enclosure | undefined): void {
  const { fetch } = globalThis
  globalThis.fetch = (input, init) => {
    const enclosure = around()
    if (enclosure === undefined) return fetch(input, init)
    const refused = Promise.reject<Response>(enclosure.refuse(`called fetch${placeOf(input)}`))
    // Where nobody waits for it, it must not end the process: the command fails with it all the same.
    refused.catch(() => undefined)
    return refused
  }
}

/** Sockets fail as they do when the other side is not there: whoever holds them gets over it. */
function encloseSockets(around: () => Enclosure | undefined): void {
  const parts = Socket.prototype as unknown as SocketParts
  const { connect, _writeGeneric: write } = parts
  parts.connect = function (...given) {
    const enclosure = around()
    if (enclosure === undefined) return connect.apply(this, given)
    const error = enclosure.refuse(`opened a connection${targetOf(given)}`)
    process.nextTick(() => this.destroy(error))
    return this
  }
  if (write === undefined) return
  parts._writeGeneric = function (...given) {
    const enclosure = isOwn(this) ? undefined : around()
    if (enclosure === undefined) return write.apply(this, given)
    const { remoteAddress, remotePort } = this
    const to = remoteAddress === undefined ? '' : ` to ${remoteAddress}:${remotePort}`
    ;(given.at(-1) as (error: Error) => void)(enclosure.refuse(`used a connection${to} of its own`))
    return undefined
  }
}

/** Keelson's, and standard output and error where they are sockets. */
const isOwn = (socket: Socket): boolean => own.has(socket) || '_isStdio' in socket

/** Never the path: it may hold a secret. */
function placeOf(input: unknown): string {
  const text = typeof input === 'string' || input instanceof URL ? String(input) : (input as Request).url
  return URL.canParse(text) ? ` (${new URL(text).host})` : ''
}

/** From the arguments of `connect`: options or a port and a host, which Node's own callers put into an array. */
function targetOf(given: readonly unknown[]): string {
  const [first, second] = (Array.isArray(given[0]) ? given[0] : given) as readonly unknown[]
  if (typeof first === 'string') return ` to ${first}`
  if (typeof first === 'number') return ` to ${typeof second === 'string' ? second : 'localhost'}:${first}`
  if (typeof first !== 'object' || first === null) return ''
  const { host, port, path } = first as { host?: string; port?: number | string; path?: string }
  return port === undefined ? (path === undefined ? '' : ` to ${path}`) : ` to ${host ?? 'localhost'}:${port}`
}
