/** Calls that keep the event loop from everything else while they run. */
import type { Program } from '../program.js'
import type { CallNode } from '../syntax/nodes.js'

export interface BlockingCall {
  readonly call: CallNode
  readonly key: string
  /** "reads or writes a file", "derives a key". */
  readonly what: string
  /** The call that does the same without blocking, as it is written. */
  readonly instead: string
}

const KINDS: readonly (readonly [RegExp, string, (name: string) => string])[] = [
  [/^fs:(\w+)Sync$/, 'waits for the disk', (name) => `await ${name}(…) of node:fs/promises`],
  [/^(?:fs-extra|graceful-fs):(\w+)Sync$/, 'waits for the disk', (name) => `await ${name}(…)`],
  [
    /^crypto:(pbkdf2|scrypt|generateKeyPair|generateKey|generatePrime|checkPrime|hkdf)Sync$/,
    'computes a key',
    (name) => `promisify(${name})`,
  ],
  [
    /^(?:bcrypt|bcryptjs|@node-rs\/bcrypt):(hash|compare|genSalt|verify)Sync$/,
    'computes a password hash',
    (name) => `await ${name}(…)`,
  ],
  [
    /^(?:argon2|@node-rs\/argon2):(hash|verify)Sync$/,
    'computes a password hash',
    (name) => `await ${name}(…)`,
  ],
  [/^zlib:(\w+)Sync$/, 'compresses or expands', (name) => `promisify(${name})`],
  [/^child_process:(exec|execFile|spawn)Sync$/, 'waits for another process', (name) => `promisify(${name})`],
]

/** What the call blocks for, or undefined. */
export function blockingCall(program: Program, call: CallNode): BlockingCall | undefined {
  for (const { key } of program.callees(call)) {
    if (!key.endsWith('Sync')) continue
    for (const [pattern, what, instead] of KINDS) {
      const name = pattern.exec(key)?.[1]
      if (name !== undefined) return { call, key, what, instead: instead(name) }
    }
  }
  return undefined
}
