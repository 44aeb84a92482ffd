import type { Pattern } from '../entry.js'

export const webhooks: Pattern = {
  kind: 'pattern',
  id: 'webhooks',
  title: 'Webhooks: signed, retried, deduplicated',
  why: 'A webhook is a request from the internet that says “you have been paid”. Without a signature anybody can say so; without deduplication the second delivery, which is certain to come, books it again; if the work is done before the answer, the sender’s timeout makes a third. For the sender the receiver is a stranger’s server: slow, down for days, or an address inside of your own network.',
  when: 'To tell others of events without being asked. Offer a list of events to poll beside it, for receivers that were down for longer than you retry. Between your own services a queue is better.',
  steps: [
    'Sign `id.timestamp.body` with HMAC-SHA256 over the raw bytes; send id, timestamp and version in headers; two secrets valid during rotation.',
    'Receive: read the raw body with a limit, compare in constant time, refuse timestamps older than five minutes.',
    'Insert the id under a unique constraint, with the payload, in one commit with the job; answer 2xx at once; work afterwards.',
    'Do not trust order or completeness: fetch the current state from the sender’s API where it matters.',
    'Send from the outbox: a job for each endpoint and event, timeout of some seconds, backoff over days, then switch the endpoint off and say so.',
    'Guard against SSRF: https alone, resolve and refuse private addresses at connect time, no redirects, small answers.',
    'Show deliveries with request and answer, and a button to send again.',
  ],
  withKeelson: {
    language: 'ts',
    stack: 'Keelson: a route for the raw bytes, a command that keeps the id and enqueues the work',
    text: `import { createHmac, timingSafeEqual } from 'node:crypto'
import { jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core'
import { anyone, command, job, route } from 'keelson'
import { z } from 'zod'

export const deliveries = pgTable('deliveries', {
  id: text().primaryKey(),
  event: jsonb().$type<{ type: string; [field: string]: unknown }>().notNull(),
  receivedAt: timestamp({ withTimezone: true }).notNull(),
})

/** Newest first; from the environment in earnest. */
const SECRETS = ['a secret of this example, of 32 bytes or more']
const AGE_MAX_SECONDS = 300

export function isSigned(
  id: string,
  timestamp: string,
  body: Buffer,
  signature: string,
  nowMs: number,
): boolean {
  const age = Math.abs(nowMs / 1000 - Number(timestamp))
  if (!/^\\d{10}$/.test(timestamp) || age > AGE_MAX_SECONDS) return false
  const given = Buffer.from(signature.replace(/^v1,/, ''), 'base64')
  return SECRETS.some((secret) => {
    const right = createHmac('sha256', secret)
      .update(id + '.' + timestamp + '.')
      .update(body)
      .digest()
    return given.length === right.length && timingSafeEqual(given, right)
  })
}

export const handleDelivery = job('webhooks.handle', {
  input: z.object({ id: z.string() }),
  async run({ input, log }) {
    log.info({ delivery: input.id }, 'webhook handled')
  },
})

/** The id decides: a delivery that comes again is known already, and nothing is enqueued. */
export const keepDelivery = command('webhooks.keep', {
  input: z.object({ id: z.string().max(100), event: z.looseObject({ type: z.string() }) }),
  allow: anyone,
  async run({ input: { id, event }, tx, now }) {
    const kept = await tx.insertIgnore(deliveries, { id, event, receivedAt: now })
    if (kept !== undefined) tx.enqueue(handleDelivery, { id })
  },
})

export const receive = route('webhooks.receive', {
  http: { post: '/webhooks/payments' },
  allow: anyone,
  bodyBytesMax: 256 * 1024,
  async run({ request, reply, body, execute }) {
    const chunks: Buffer[] = []
    for await (const chunk of body) chunks.push(chunk as Buffer)
    const raw = Buffer.concat(chunks)
    const header = (name: string): string => String(request.headers[name] ?? '')
    const id = header('webhook-id')
    if (!isSigned(id, header('webhook-timestamp'), raw, header('webhook-signature'), Date.now()))
      return reply.code(401).send()
    const event = z.looseObject({ type: z.string() }).parse(JSON.parse(raw.toString('utf8')))
    await execute(keepDelivery, { id, event })
    return reply.code(204).send()
  },
})`,
  },
  byHand: {
    language: 'ts',
    stack: 'Node and pg: the sender’s side, one attempt that cannot reach into your own network',
    text: `import { createHmac } from 'node:crypto'
import { lookup } from 'node:dns'
import { request } from 'node:https'
import { BlockList, isIPv6, type LookupFunction } from 'node:net'

const inner = new BlockList()
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  inner.addSubnet(network, bits, 'ipv4')
// Only what is routed on the internet; no local, mapped or translated addresses.
const outer = new BlockList()
outer.addSubnet('2000::', 3, 'ipv6')

const isInner = (address: string): boolean =>
  isIPv6(address) ? !outer.check(address, 'ipv6') : inner.check(address, 'ipv4')

/** Asked at connect time, so that a name cannot point elsewhere between the check and the connection. */
const publicOnly: LookupFunction = (host, options, done) => {
  lookup(host, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return done(error, [])
    if (addresses.length === 0 || addresses.some(({ address }) => isInner(address)))
      return done(new Error('The endpoint is not public.'), [])
    done(null, addresses)
  })
}

/** Resolves with the status; redirects are answers like others. \`id\` stays the same over all attempts. */
export function deliver(url: URL, id: string, body: string, secret: string): Promise<number> {
  if (url.protocol !== 'https:' || /^[\\d.]+$|^\\[/.test(url.hostname)) throw new Error('Only https and names.')
  const timestamp = String(Math.floor(Date.now() / 1000))
  const signature = createHmac('sha256', secret).update([id, timestamp, body].join('.')).digest('base64')
  const headers = {
    'Content-Type': 'application/json',
    'Webhook-Id': id,
    'Webhook-Timestamp': timestamp,
    'Webhook-Signature': 'v1,' + signature,
  }
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', headers, lookup: publicOnly, signal: AbortSignal.timeout(10_000) }
    const sending = request(url, options, (response) => {
      resolve(response.statusCode ?? 0)
      response.destroy()
    })
    sending.once('error', reject)
    sending.end(body)
  })
}`,
  },
  mistakes: [
    'Verifying over `JSON.stringify(request.body)`: the bytes were others.',
    'Checking the address of the sender instead of a signature.',
    'Answering 500 for an event that you do not know; the sender retries it for three days, then switches you off.',
    'Following redirects from a customer’s URL, to the metadata service.',
  ],
  numbers: [
    'Stripe’s libraries tolerate timestamps of 5 minutes, and live deliveries are retried for up to three days [Stripe documentation, Webhooks]',
    'GitHub expects an answer within 10 s, and does not send failed deliveries again by itself [GitHub documentation, Best practices for using webhooks; Handling failed webhook deliveries]',
    'Headers `webhook-id`, `webhook-timestamp`, `webhook-signature` with `v1,` and base64 [Standard Webhooks specification, 1.0]',
  ],
  siblings: [
    'idempotency-key',
    'transactional-outbox',
    'retry-with-backoff',
    'secrets-management',
    'webhook-replay',
    'missing-idempotency',
  ],
  covers: ['webhooks'],
}
