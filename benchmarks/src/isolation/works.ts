/** The works of isolation (who, how many processes, what is sent), and the targets read from them. */
import type { Traffic } from '../load/traffic.js'

export interface IsolationWork {
  readonly name: string
  readonly service: 'keelson' | 'fastify-pg'
  readonly processes: 1 | 2
  /** Concurrent requests, over all processes. */
  readonly connections: 64 | 256
  readonly traffic: Traffic
}

const BODIES = 20_000

/** The same bodies in every run: a small generator (Lehmer, 1951) instead of Math.random. */
function drawer(): (below: number) => number {
  let state = 42
  return (below) => {
    state = (state * 48_271) % 2_147_483_647
    return state % below
  }
}

function bodies(make: (draw: (below: number) => number) => unknown): unknown[] {
  const draw = drawer()
  return Array.from({ length: BODIES }, () => make(draw))
}

const post = (path: string, make: (draw: (below: number) => number) => unknown): Traffic => ({
  kind: 'post',
  path,
  bodies: bodies(make),
})

const uniform = (draw: (below: number) => number): unknown => ({ account: draw(10_000) })
const hot = (draw: (below: number) => number): unknown => ({ account: draw(3) })
/** A hundred accounts: most transfers under way meet another. */
const pair = (draw: (below: number) => number): unknown => {
  const from = draw(100)
  return { from, to: (from + 1 + draw(99)) % 100 }
}
const slot = (draw: (below: number) => number): unknown => ({
  room: draw(3),
  day: draw(20_000),
  hour: draw(24),
})
const sometimesSlow = (draw: (below: number) => number): unknown => ({
  account: draw(10_000),
  waitMs: draw(500) === 0 ? 2000 : 0,
})
const neverSlow = (draw: (below: number) => number): unknown => ({ account: draw(10_000), waitMs: 0 })

const work = (
  name: string,
  processes: 1 | 2,
  traffic: Traffic,
  { service = 'keelson', connections = 64 }: Partial<Pick<IsolationWork, 'service' | 'connections'>> = {},
): IsolationWork => ({ name, service, processes, connections, traffic })

const [reserve, depositHot] = [post('/reserve', slot), post('/deposit', hot)]

export const ISOLATION_WORKS: readonly IsolationWork[] = [
  work('deposit', 2, post('/deposit', uniform)),
  work('deposit-with-shared-read', 2, post('/deposit-with-fee', uniform)),
  work('transfer', 2, post('/transfer', pair)),
  work('reserve', 2, reserve),
  work('reserve', 2, reserve, { service: 'fastify-pg' }),
  work('reserve', 2, reserve, { connections: 256 }),
  work('reserve', 2, reserve, { service: 'fastify-pg', connections: 256 }),
  work('deposit-hot', 1, depositHot),
  work('deposit-hot', 2, depositHot),
  work('deposit-hot', 1, depositHot, { connections: 256 }),
  work('deposit-hot', 2, depositHot, { connections: 256 }),
  work('neighbours', 1, post('/deposit-slow', neverSlow)),
  work('neighbours-one-in-500-slow', 1, post('/deposit-slow', sometimesSlow)),
]
