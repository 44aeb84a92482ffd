/** Every contender, in the order of the table. The baseline of all ratios is fastify-pg. */
import { bareFastify, bareHttp } from './bare.js'
import type { Contender } from './contender.js'
import { fastifyPg, fastifyPgOneStatement } from './fastify-pg.js'
import { keelson } from './keelson.js'

export const BASELINE = fastifyPg.name
export const OURS = keelson.name

export const CONTENDERS: readonly Contender[] = [
  keelson,
  fastifyPg,
  fastifyPgOneStatement,
  bareFastify,
  bareHttp,
]
/** With `--quick`. */
export const QUICK: readonly string[] = [OURS, BASELINE]
