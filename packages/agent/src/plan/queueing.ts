/**
 * Queueing theory, as far as a plan needs it. Little's law: J. D. C. Little, "A Proof for the Queuing Formula L = λW", 1961.
 * Erlang's C formula, by the recursion of his B formula: A. K. Erlang, 1917; any textbook on queues, e.g. L. Kleinrock,
 * "Queueing Systems", volume 1, 1975.
 */

/** L = λW: how many are inside, of arrivals per second that stay so many milliseconds. */
export const inside = (perSecond: number, stayMs: number): number => (perSecond * stayMs) / 1000

/** The probability that an arrival must wait at all: M/M/c with `busy` = λ/μ offered; 1 where it is overloaded. */
export function waitProbability(servers: number, busy: number): number {
  if (busy >= servers) return 1
  let blocked = 1
  for (let at = 1; at <= servers; at++) blocked = (busy * blocked) / (at + busy * blocked)
  return blocked / (1 - (busy / servers) * (1 - blocked))
}

/** The probability that an arrival waits longer than this: C(c, a) · exp(−(c − a) · t / s). */
export function longWaitProbability(
  servers: number,
  busy: number,
  serviceMs: number,
  waitMs: number,
): number {
  if (busy >= servers) return 1
  return waitProbability(servers, busy) * Math.exp((-(servers - busy) * waitMs) / serviceMs)
}

/** The fewest servers with which at most this share of arrivals waits longer than `waitMs`. */
export function serversFor(busy: number, serviceMs: number, waitMs: number, share: number): number {
  let servers = Math.max(1, Math.floor(busy) + 1)
  while (longWaitProbability(servers, busy, serviceMs, waitMs) > share) servers++
  return servers
}

/** The 99th percentile of the time in an M/M/1 queue, which is exponential: ln 100 · s / (1 − ρ); infinite where overloaded. */
export function stay99Ms(serviceMs: number, utilisation: number): number {
  return utilisation >= 1 ? Number.POSITIVE_INFINITY : (Math.log(100) * serviceMs) / (1 - utilisation)
}
