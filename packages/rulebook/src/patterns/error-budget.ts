import type { Pattern } from '../entry.js'

export const errorBudget: Pattern = {
  kind: 'pattern',
  id: 'error-budget',
  title: 'SLO and error budget',
  why: 'Without a number “reliable” means that nobody has complained today, and every discussion of speed against safety is won by rank. An objective says what users get, measured where they stand; the difference to 100 % is a budget that may be spent on change. Alerts on how quickly it burns wake people for what users feel and let them sleep through a busy processor.',
  when: 'For each journey that users would miss: sign in, search, pay. Two or three objectives a service, not thirty. Too early where there is no traffic to measure; then agree on targets and watch errors singly.',
  steps: [
    'Choose the indicator as good events / valid events: “answered without 5xx within 300 ms”. Count at the balancer, where failures of the process count too.',
    'Choose the objective a little above what users need and below what you have. Each nine costs about ten times as much.',
    'Window: 28 or 30 days, rolling. Budget = (1 − objective) × events.',
    'Alert on burn rate in two windows: fast (14.4 over 1 h and 5 min) pages, slow (1 over 3 days) makes a ticket.',
    'Write down what happens when it is spent: releases stop but for fixes, until it recovers. Signed by product as well.',
    'Subtract dependencies: you cannot promise more than the product of what you call in the request.',
    'Look at it monthly; an objective that is never missed is too low, or your change too slow.',
  ],
  withKeelson: {
    language: 'ts',
    stack: 'Keelson: `/metrics` has the histogram; this makes Prometheus rules of an objective',
    text: `export interface Objective {
  readonly name: string
  readonly route: string
  /** Such as 0.999. */
  readonly target: number
  /** A bound of the histogram's buckets, in seconds. */
  readonly withinSeconds: number
}

const METRIC = 'http_server_request_duration_seconds'

/** The share of requests that were not good in a window: too slow, or failed by us. */
const badShare = ({ route, withinSeconds }: Objective, window: string): string => {
  const all = METRIC + '_count{http_route="' + route + '"}'
  const quick =
    METRIC + '_bucket{http_route="' + route + '",le="' + withinSeconds + '",http_response_status_code!~"5.."}'
  return '1 - sum(rate(' + quick + '[' + window + '])) / sum(rate(' + all + '[' + window + ']))'
}

const BURNS = [
  { severity: 'page', rate: 14.4, long: '1h', short: '5m' },
  { severity: 'page', rate: 6, long: '6h', short: '30m' },
  { severity: 'ticket', rate: 1, long: '3d', short: '6h' },
]

/** Alerting rules: the long window says that it matters, the short one that it still goes on. */
export const alertsOf = (objective: Objective) =>
  BURNS.map(({ severity, rate, long, short }) => {
    const limit = rate * (1 - objective.target)
    return {
      alert: objective.name + ' burns its budget ' + rate + ' times too fast',
      expr: [long, short].map((window) => badShare(objective, window) + ' > ' + limit).join(' and '),
      labels: { severity },
    }
  })

export const placing = alertsOf({
  name: 'orders.place',
  route: '/orders',
  target: 0.999,
  withinSeconds: 0.25,
})`,
  },
  byHand: {
    language: 'ts',
    stack: 'Fastify: good and valid requests counted where the answer leaves',
    text: `import fastify, { type FastifyInstance } from 'fastify'

interface Counts {
  good: number
  valid: number
}

/** What the client did wrong is no failure of ours, and no success either: it does not count. */
const isValid = (status: number): boolean => status < 400 || status >= 500 || status === 429

/** Cumulative, as Prometheus wants counters: rates and windows are computed there. */
export function countGood(app: FastifyInstance, withinMs: number): ReadonlyMap<string, Counts> {
  const byRoute = new Map<string, Counts>()
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none'
    const counts = byRoute.get(route) ?? { good: 0, valid: 0 }
    byRoute.set(route, counts)
    if (!isValid(reply.statusCode)) return
    counts.valid++
    if (reply.statusCode < 400 && reply.elapsedTime <= withinMs) counts.good++
  })
  return byRoute
}

export function service() {
  const app = fastify()
  const counts = countGood(app, 250)
  app.get('/orders/:id', async () => ({ status: 'paid' }))
  app.get('/metrics', async (_request, reply) => {
    const lines = [...counts].flatMap(([route, { good, valid }]) => [
      'slo_good_total{route="' + route + '"} ' + good,
      'slo_valid_total{route="' + route + '"} ' + valid,
    ])
    return reply.type('text/plain').send(lines.join('\\n') + '\\n')
  })
  return app
}`,
  },
  mistakes: [
    'Averages: with a mean of 80 ms one user in twenty may wait for seconds.',
    'Alerting on each error, or on processor use; people stop reading.',
    'Counting health checks and bots as good events.',
    'A budget without consequences is a chart.',
  ],
  numbers: [
    '99.9 % leaves 43.2 minutes in 30 days, 99.99 % 4.3 [arithmetic; SRE book, appendix A]',
    'Burning at 14.4 for an hour spends 2 % of a 30-day budget, at 6 for six hours 5 % [SRE Workbook, chapter 5]',
  ],
  siblings: ['health-and-readiness', 'load-shedding', 'distributed-tracing', 'multi-region-failover'],
  covers: ['SLO and error budget'],
}
