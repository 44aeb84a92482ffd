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
    /^crypto:(pbkdf2|scrypt|generateKeyPair|generatePrime|checkPrime)Sync$/,
    'computes a key',
    (name) => `promisify(${name})`,
  ],
  [
    /^(?:bcrypt|bcryptjs|@node-rs\/bcrypt):(hash|compare|verify)Sync$/,
    'computes a password hash',
    (name) => `await ${name}(…)`,
  ],
  [
    /^(?:argon2|@node-rs\/argon2):(hash|verify)Sync$/,
    'computes a password hash',
    (name) => `await ${name}(…)`,
  ],
  [/^zlib:(\w+)Sync$/, 'compresses or expands', (name) => `promisify(${name})`],
  [/^child_process:(exec|execFile)Sync$/, 'waits for another process', (name) => `promisify(${name})`],
  [/^child_process:(spawn)Sync$/, 'waits for another process', (name) => `${name}(…)`],
  [
    /^(?:cross-spawn:(sync)|execa:(?:execaSync|execaCommandSync|execa\.sync|sync)|shelljs:(?:exec))$/,
    'waits for another process',
    () => '`await execa(…)`, or a process whose end is an event',
  ],
  [/^(?:sync-request|sync-fetch):$/, 'waits for an answer over the network', () => 'await fetch(…)'],
  [
    /^xlsx:(?:readFile|read|writeFile|write|writeFileXLSX)$/,
    'parses or writes a whole workbook',
    () => 'a worker thread',
  ],
  [
    /^adm-zip:new\.(?:extractAllTo|extractEntryTo|writeZip|toBuffer)$/,
    'compresses or expands',
    () => 'a stream (yauzl, archiver)',
  ],
  [
    /^csv-(?:parse|stringify)\/sync:(?:parse|stringify)$/,
    'goes through a whole CSV',
    () => 'the stream of the same library',
  ],
  [/^crypto-js:PBKDF2$/, 'computes a key', () => 'promisify(pbkdf2) of node:crypto'],
  [
    /^(?:fast-glob|glob|globby):(?:sync|globSync|globbySync)$/,
    'walks directories',
    () => 'the form that gives a promise',
  ],
]

/** Sync by name, and done before a system call would be. */
const CHEAP = /^fs:(?:openAsBlob|closeSync)$/

const kinds = new Map<string, Pick<BlockingCall, 'what' | 'instead'> | undefined>()

function kindOf(key: string): Pick<BlockingCall, 'what' | 'instead'> | undefined {
  if (!kinds.has(key)) {
    const kind = KINDS.find(([pattern]) => pattern.test(key))
    kinds.set(key, kind && { what: kind[1], instead: kind[2](kind[0].exec(key)?.[1] ?? '') })
  }
  return kinds.get(key)
}

/** What the call blocks for, or undefined. */
export function blockingCall(program: Program, call: CallNode): BlockingCall | undefined {
  for (const { key } of program.callees(call)) {
    const known = CHEAP.test(key) ? undefined : kindOf(key)
    if (known) return { call, key, ...known }
  }
  return undefined
}
