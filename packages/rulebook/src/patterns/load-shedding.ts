import type { Pattern } from '../entry.js'

export const loadShedding: Pattern = {
  kind: 'pattern',
  id: 'load-shedding',
  title: 'Load shedding and graceful degradation',
  why: 'Beyond its capacity a service that accepts everything serves nobody: queues grow, every answer comes after its caller has left, and the work of all of them is wasted. One that refuses the excess at once goes on to serve what it can at full speed. Degradation is the gentler half: first leave out what is dear and dispensable, then refuse what matters least.',
  when: 'For every service that can get more than it can do, which is every service on the internet. Autoscaling does not replace it: it takes minutes, and the database behind does not scale with it.',
  steps: [
    'Measure capacity: raise the load until latency bends; note the concurrency there. That is the limit, requests a second are not.',
    'Classify requests: critical (pay, sign in), normal, sheddable (prefetch, reports, bots). The client’s word for it is checked.',
    'Admit by what is scarce: requests in flight, delay of the event loop, waits for the pool, age of the queue’s oldest.',
    'Refuse before work is done: in the first hook, before body, authentication and database, with 503 and Retry-After.',
    'Serve the newest first or drop what has waited longer than its deadline; first-in-first-out answers only the dead.',
    'Write the ladder of degradation with the business: no recommendations, cached prices, read-only, static page; each rung a switch that is tested.',
    'Never shed health checks, and count refusals apart from errors.',
  ],
  withKeelson: {
    language: 'ts',
    stack:
      'Keelson bounds its own queues (503 with Retry-After); shedding by the delay of the event loop is a hook of yours',
    text: `import { monitorEventLoopDelay } from 'node:perf_hooks'
import { anyone, app, module, query } from 'keelson'
import { z } from 'zod'

export const suggestions = query('suggestions', {
  http: { get: '/suggestions' },
  output: z.array(z.string()),
  allow: anyone,
  run: () => ['tea', 'rye'],
})

const delay = monitorEventLoopDelay({ resolution: 10 })

/** What may be left out first. */
const isSheddable = (url: string): boolean => url.startsWith('/suggestions')

export default app({
  name: 'shedding',
  modules: [module('suggestions', { suggestions })],
  http: {
    setup(fastify) {
      delay.enable()
      // The last second, not all of the past.
      const timer = setInterval(() => delay.reset(), 1000).unref()
      fastify.addHook('onClose', async () => clearInterval(timer))
      fastify.addHook('onRequest', async (request, reply) => {
        const delayMs = delay.percentile(90) / 1e6
        const limitMs = isSheddable(request.url) ? 50 : 200
        if (delayMs < limitMs || request.url === '/livez' || request.url === '/readyz') return
        return reply.code(503).header('Retry-After', '2').send()
      })
    },
  },
})`,
  },
  byHand: {
    language: 'ts',
    stack: 'Express 5: a limit of concurrency that follows the latency',
    text: `import type { RequestHandler } from 'express'

interface Shedding {
  /** Latency that is aimed at, in milliseconds. */
  readonly goalMs: number
  readonly isCritical: (path: string) => boolean
}

/** More in flight while answers are quick, a tenth less when they are not. */
export function shed({ goalMs, isCritical }: Shedding): RequestHandler {
  let limit = 50
  let inFlight = 0
  return (request, response, next) => {
    // Critical requests may use all of it, others nine tenths.
    const allowed = isCritical(request.path) ? limit : limit * 0.9
    if (inFlight >= allowed) return void response.set('Retry-After', '2').sendStatus(503)
    inFlight++
    const startedAt = performance.now()
    response.once('close', () => {
      inFlight--
      const isSlow = performance.now() - startedAt > goalMs
      limit = isSlow ? Math.max(5, limit * 0.9) : Math.min(500, limit + 1 / limit)
    })
    next()
  }
}`,
  },
  mistakes: [
    'A limit in requests a second: the same number is idle for cheap ones and overload for dear ones.',
    'Answering 429 for your own overload: clients believe that they did wrong, and dashboards too.',
    'A fallback path that has never run, or that is dearer than what it replaces.',
    'Shedding behind the queue: by the time a request is refused it has waited for ten seconds.',
  ],
  numbers: [
    'Queues at most half as long as the pool of threads that serve them, so that overload is refused early [SRE book, chapter 22]',
    'Clients that throttle themselves refuse with probability max(0, (requests − 2 × accepts) / (requests + 1)) [SRE book, chapter 21]',
    'In an M/M/1 queue waiting is 4 service times at 80 % use, 19 at 95 % [ρ/(1−ρ); Kleinrock, Queueing Systems I, 1975]',
  ],
  siblings: ['rate-limiting', 'bounded-queues', 'deadline-propagation', 'error-budget', 'retry-storm'],
  covers: ['load shedding and graceful degradation'],
}
