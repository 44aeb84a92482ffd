/** Outbound call without timeout. */
import type { Validation } from '../entry.js'

export const outboundCallWithoutTimeout: Validation = {
  kind: 'validation',
  id: 'outbound-call-without-timeout',
  title: 'Outbound call without timeout',
  severity: 'high',
  why: 'A partner that accepts the connection and then says nothing is the usual way for a dependency to fail. Without a limit each call waits for minutes, requests pile up behind it with their memory and connections, and your service is down because of somebody whose feature nobody used.',
  looksFor:
    '`fetch` without `signal`, axios without `timeout`, got, ky, `http.request`, SDKs (Stripe, AWS, OpenAI, nodemailer, gRPC without deadline), Redis, brokers and database clients without connect and command time-outs, on a path of requests or jobs; a limit for connecting only; a limit longer than that of the caller; `Promise.race` with a timer that does not abort the call.',
  sparesFor: [
    'A client configured once with a time-out that is used here.',
    '`signal` handed down from a request with a deadline.',
    'Streams and long polls with an idle time-out, and the calls that start-up makes under the orchestrator’s limit.',
  ],
  fix: 'Give each client a total time-out below the remaining deadline of the request, and connect time-outs of a second or two. Hand the AbortSignal down. Postgres: `connectionTimeoutMillis`, `statement_timeout`, `query_timeout`.',
  numbers: [
    'undici’s fetch waits 300 seconds for headers and as long between parts of the body by default [undici documentation, Client: headersTimeout, bodyTimeout].',
    'axios’s `timeout` is 0 by default: no limit [axios documentation, Request Config].',
  ],
  siblings: [
    'circuit-breaker-missing',
    'deadline-propagation',
    'retry-unsafe',
    'promise-never-settled',
    'connection-pool-exhaustion',
    'synchronous-chain-of-services',
  ],
  covers: [],
  wrong: {
    language: 'ts',
    stack: 'Any framework',
    text: `const rates = await fetch(\`\${RATES}/latest\`).then((response) => response.json())
const { data } = await axios.post(\`\${TAX}/quote\`, order)`,
  },
  right: {
    language: 'ts',
    stack: 'Any framework',
    text: `const tax = axios.create({ baseURL: TAX, timeout: 2000 })

const response = await fetch(\`\${RATES}/latest\`, {
  signal: AbortSignal.any([request.signal, AbortSignal.timeout(2000)]),
})
const { data } = await tax.post('/quote', order, { signal: request.signal })`,
  },
  executedBy: 'by-hand',
}
