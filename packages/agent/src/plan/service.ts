/** What a plan says of the service's own processes and their connections. */
import { shown, type Figure } from './figure.js'
import { peakOf, type Load } from './load.js'
import { inside, longWaitProbability, serversFor, stay99Ms } from './queueing.js'

/** Above this share of a processor, waits in the event loop grow faster than the load. */
const UTILISATION_MAX = 0.6
/** Of the budget, the part that may be spent on waiting for a connection, and how many requests may wait longer. */
const WAIT_PART = 0.1
const WAIT_SHARE = 0.01
const MEBIBYTE = 1_048_576
const PROCESS_BASE_BYTES = 150 * MEBIBYTE
const REQUEST_BYTES = 65_536

const LITTLE = "Little's law, L = λW (1961)"
const ERLANG = "Erlang's C formula (M/M/c)"

/** Processes: as many as were said, else so many that one may be lost at the peak. */
export function processesOf(load: Load): number {
  return load.processes ?? Math.max(2, needed(load) + 1)
}

const needed = (load: Load): number => Math.ceil(inside(peakOf(load), load.processorMs) / UTILISATION_MAX)

/** Connections of one process. */
export function poolOf(load: Load): number {
  const perProcess = peakOf(load) / processesOf(load)
  const busy = inside(perProcess, load.connectionMs)
  return Math.max(2, serversFor(busy, load.connectionMs, load.p99Ms * WAIT_PART, WAIT_SHARE))
}

export function serviceFigures(load: Load): Figure[] {
  return [...requestFigures(load), ...processFigures(load), ...poolFigures(load)]
}

function requestFigures(load: Load): Figure[] {
  const peak = peakOf(load)
  const stayMs = load.connectionMs + load.processorMs + load.outsideMs
  return [
    {
      component: 'requests',
      name: 'peak',
      value: peak,
      unit: 'requests/s',
      formula: 'requests/s × growth ^ years',
      worked: `${shown(load.requestsPerSecond)} × ${load.growthPerYear} ^ ${load.years}`,
      assumption: 'growth compounds yearly',
      source: 'the given load',
    },
    {
      component: 'requests',
      name: 'in flight at the peak',
      value: inside(peak, stayMs),
      unit: 'requests',
      formula: 'L = λ × W, W = connection + processor + outside',
      worked: `${shown(peak)}/s × ${shown(stayMs)} ms`,
      assumption: 'times are means under load; measure them',
      source: LITTLE,
    },
  ]
}

function processFigures(load: Load): Figure[] {
  const peak = peakOf(load)
  const processes = processesOf(load)
  const perProcess = peak / processes
  const utilisation = inside(perProcess, load.processorMs)
  const limit = Math.max(1, Math.ceil(inside(perProcess, load.p99Ms)))
  const requestBytes = REQUEST_BYTES + 4 * load.payloadBytes
  return [
    {
      component: 'process',
      name: 'processes',
      value: processes,
      unit: 'processes',
      formula: 'max(2, ⌈λ × processor time ÷ 0.6⌉ + 1)',
      worked:
        load.processes === undefined
          ? `max(2, ⌈${shown(peak)}/s × ${load.processorMs} ms ÷ ${UTILISATION_MAX}⌉ + 1)`
          : `as given; the load needs ${needed(load)}, and one more so that one may be lost`,
      assumption: 'one JavaScript thread a process; one process may be lost or be deploying at the peak',
      source: 'utilisation law ρ = λS',
    },
    {
      component: 'process',
      name: 'utilisation of one process',
      value: utilisation,
      unit: 'of a processor',
      formula: 'ρ = λ ÷ processes × processor time',
      worked: `${shown(peak)}/s ÷ ${processes} × ${load.processorMs} ms`,
      assumption: 'requests are spread evenly',
      source: 'utilisation law ρ = λS',
    },
    {
      component: 'process',
      name: 'p99 in the event loop',
      value: stay99Ms(load.processorMs, utilisation),
      unit: 'ms',
      formula: 'ln 100 × S ÷ (1 − ρ)',
      worked: `4.61 × ${load.processorMs} ms ÷ (1 − ${shown(utilisation)})`,
      assumption: 'random arrivals, exponential times; one long synchronous task breaks it',
      source: 'M/M/1, time in the system is exponential',
    },
    {
      component: 'process',
      name: 'limit of requests at once',
      value: limit,
      unit: 'requests per process',
      formula: 'λ ÷ processes × p99 wanted; beyond it: 503 with Retry-After',
      worked: `${shown(peak)}/s ÷ ${processes} × ${load.p99Ms} ms`,
      assumption: 'with more than that inside, the mean already exceeds the budget',
      source: LITTLE,
    },
    {
      component: 'process',
      name: 'memory of one process',
      value: PROCESS_BASE_BYTES + limit * requestBytes,
      unit: 'bytes',
      formula: '150 MiB + limit × (64 KiB + 4 × payload)',
      worked: `150 MiB + ${limit} × (64 KiB + 4 × ${shown(load.payloadBytes)} B)`,
      assumption:
        'a rule of thumb: body, parsed, validated and answer are four copies; measure the heap under load',
      source: 'rule of thumb',
    },
  ]
}

function poolFigures(load: Load): Figure[] {
  const peak = peakOf(load)
  const processes = processesOf(load)
  const pool = poolOf(load)
  const busy = inside(peak / processes, load.connectionMs)
  const waitMs = load.p99Ms * WAIT_PART
  return [
    {
      component: 'pool',
      name: 'connections busy at the peak',
      value: inside(peak, load.connectionMs),
      unit: 'connections',
      formula: 'L = λ × time that a request holds a connection',
      worked: `${shown(peak)}/s × ${load.connectionMs} ms`,
      assumption: 'each request takes a connection once, and gives it back before it calls outside',
      source: LITTLE,
    },
    {
      component: 'pool',
      name: 'pool of one process',
      value: pool,
      unit: 'connections',
      formula: 'fewest c with C(c, a) × e^(−(c − a) × t ÷ S) ≤ 0.01; at least 2',
      worked: `a = ${shown(busy)}, S = ${load.connectionMs} ms, t = ${shown(waitMs)} ms: c = ${pool} gives ${longWaitProbability(pool, busy, load.connectionMs, waitMs).toExponential(1)}`,
      assumption: 'a hundredth of the requests may wait for a connection for more than a tenth of the p99',
      source: ERLANG,
    },
    {
      component: 'pool',
      name: 'connections of all processes',
      value: pool * processes,
      unit: 'connections',
      formula: 'pool × processes; twice that while a deploy replaces them all at once',
      worked: `${pool} × ${processes}`,
      assumption: 'deploys replace one process after the other',
      source: 'the two figures above',
    },
  ]
}
