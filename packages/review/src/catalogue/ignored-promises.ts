/** Who calls callbacks and drops the promises they give: emitters, sockets, timers, consumers. A rejection there is nobody's. */
import type { Program } from '../program.js'
import { argumentsOf, unwrap, type CallNode, type Node } from '../syntax/nodes.js'
import { constantOf } from '../values/constants.js'

export interface Ignored {
  readonly callback: Node
  /** What a rejection leads to. */
  readonly effect: string
}

const CRASH = 'is an unhandled rejection, which ends the process'
const LOST = 'ends the process, and the message is neither acknowledged nor given back'

const LISTENERS = '(?:on|once|addListener|prependListener|prependOnceListener|addEventListener)'

/** Packages whose emitters drop what a listener returns. Bots and frameworks that catch for their handlers are none of them. */
const EMITTERS = new RegExp(
  `^(?:events|eventemitter2|eventemitter3|@nestjs/event-emitter|typed-emitter|strict-event-emitter|pg|pg-listen|ioredis|redis|bull|bullmq|ws|isows|socket\\.io|socket\\.io-client|http|https|http2|net|tls|dgram|stream|fs|child_process|worker_threads|cluster|readline|amqplib|mqtt|chokidar|discord\\.js|mongoose|mongodb|@google-cloud/pubsub|eventsource|busboy|formidable|imap|ssh2|kafka-node|nodemailer|smtp-server|whatsapp-web\\.js|fastify|@fastify/websocket):(?:.*[.:])?${LISTENERS}$`,
)
const EMITTER_GLOBALS = new RegExp(
  `^global:(?:process|WebSocket\\.new|EventTarget\\.new|EventEmitter\\.new)\\.${LISTENERS}$`,
)

interface Entry {
  readonly callee: RegExp
  readonly argument: number | 'last'
  readonly effect: string
}

const ENTRIES: readonly Entry[] = [
  { callee: EMITTERS, argument: 1, effect: CRASH },
  { callee: EMITTER_GLOBALS, argument: 1, effect: CRASH },
  {
    callee: /^(?:global|timers):(?:setTimeout|setInterval|setImmediate|queueMicrotask|process\.nextTick)$/,
    argument: 0,
    effect: CRASH,
  },
  {
    callee: /^amqplib:(?:connect\(\)\.create(?:Confirm)?Channel\(\)|(?:Confirm)?Channel\.new)\.consume$/,
    argument: 1,
    effect: LOST,
  },
  { callee: /^redis:createClient\(\)(?:\.duplicate\(\))?\.p?[sS]ubscribe$/, argument: 1, effect: CRASH },
  { callee: /^postgres:\(\)\.listen$/, argument: 1, effect: CRASH },
  {
    callee: /^https?:createServer$/,
    argument: 'last',
    effect: 'ends the process, and the request is never answered',
  },
  {
    callee: /^socket\.io:(?:Server|Namespace)\.new(?:\.of\(\))?\.use$/,
    argument: 0,
    effect: 'ends the process, and the connection is never decided on',
  },
  {
    callee: /^passport-[\w-]+:(?:\w*Strategy)$/,
    argument: 'last',
    effect: 'ends the process, and the sign-in is never answered',
  },
]

const SIGNALS = /^(?:SIG\w+|beforeExit|exit|disconnect)$/

/** The callback of the call whose promise nobody looks at; undefined where it has none, or somebody does. */
export function ignoredCallback(program: Program, call: CallNode): Ignored | undefined {
  if (call.type === 'TaggedTemplateExpression') return undefined
  const given = argumentsOf(call)
  if (given.length === 0) return undefined
  for (const { key } of program.callees(call)) {
    const entry = ENTRIES.find(({ callee }) => callee.test(key))
    if (!entry) continue
    const callback = given.at(entry.argument === 'last' ? -1 : entry.argument)
    if (!callback || given.some(({ type }) => type === 'SpreadElement')) return undefined
    // The process is ending anyway, and a rejection ends it with an error, as it should.
    if (key.startsWith('global:process.') && isSignal(program, given[0]!)) return undefined
    return { callback: unwrap(callback), effect: entry.effect }
  }
  return undefined
}

function isSignal(program: Program, name: Node): boolean {
  const constant = constantOf(program.values, name)
  return typeof constant !== 'string' || SIGNALS.test(constant)
}
