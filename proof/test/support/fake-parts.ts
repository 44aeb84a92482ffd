/**
 * Parts without processes: apps that are always ready, a database that is not there, clients that answer themselves. Time
 * passes a hundred times as fast, so that a round takes milliseconds.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Finding } from '../../src/checker/finding.js'
import type { Fault } from '../../src/faults/fault.js'
import type { Operation, Outcome } from '../../src/history/operation.js'
import { LIMITS, type Limits } from '../../src/run/lane.js'
import type { Load, LoadOptions, OpenWorld, Parts, WorldOptions } from '../../src/run/parts.js'
import type { AppProcess } from '../../src/world/world.js'
import type { Sql, Workload } from '../../src/workloads/workload.js'

const SPEED = 100

export const QUICK_LIMITS: Limits = { ...LIMITS, drain: { drainMs: 20_000, pollMs: 1500 }, faultMs: 500 }

/** For those that wait for what never comes to rest. */
export const IMPATIENT_LIMITS: Limits = { ...QUICK_LIMITS, drain: { drainMs: 150, pollMs: 1500 } }

export interface FakeOptions {
  readonly faults?: readonly Fault[]
  /** Judges like a workload; `world` counts them from 1. */
  readonly check?: (
    world: number,
    history: readonly Operation[],
    env: Readonly<Record<string, string>>,
  ) => Finding[]
  readonly unexpectedExits?: (world: number) => string[]
  readonly outcome?: (sent: number) => Outcome
  readonly deadlocks?: (world: number) => number
  readonly outstanding?: number
  readonly switches?: Parts['switches']
}

export interface Fake {
  readonly parts: Parts
  /** The environments of the worlds that were opened. */
  readonly opened: Readonly<Record<string, string>>[]
  closed: number
  stop(): Promise<void>
}

export async function fakeParts(options: FakeOptions = {}): Promise<Fake> {
  const server = createServer((_, response) => response.end('{}'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const opened: Readonly<Record<string, string>>[] = []
  const fake: Fake = {
    opened,
    closed: 0,
    parts: {
      createWorkloads: () => [fakeWorkload(options, opened)],
      faults: options.faults ?? [],
      switches: options.switches ?? [],
      openWorld: async (settings) => {
        opened.push(settings.env)
        return fakeWorld(url, options, opened.length, settings, () => fake.closed++)
      },
      startLoad: (settings) => fakeLoad(settings, options),
    },
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  }
  return fake
}

export const fakeFault = (name: string, more: Partial<Fault> = {}): Fault => ({
  name,
  what: `Breaks ${name}.`,
  run: async (world) => world.pause(500),
  ...more,
})

export const finding = (anomaly: Finding['anomaly'], message = 'Something is wrong.'): Finding => ({
  anomaly,
  workload: 'counter',
  message,
  evidence: ['#1 counter.add → ok'],
})

function fakeWorkload(options: FakeOptions, opened: readonly Readonly<Record<string, string>>[]): Workload {
  return {
    name: 'counter',
    seed: async () => undefined,
    next: () => ({ name: 'counter.add', input: {} }),
    check: async (history) => options.check?.(opened.length, history, opened.at(-1)!) ?? [],
  }
}

function fakeWorld(
  url: string,
  options: FakeOptions,
  number: number,
  { signal, note }: WorldOptions,
  onClose: () => void,
): OpenWorld {
  const app: Partial<AppProcess> = { name: 'app-1', url, isRunning: true }
  const sql = (async (text: string) => {
    if (text.includes('server_version')) return [{ server_version: '17.0' }]
    if (text.includes('sum(deadlocks)')) return [{ deadlocks: options.deadlocks?.(number) ?? 0 }]
    return []
  }) as Sql
  const absent = new Proxy({}, { get: () => () => undefined })
  const world: Partial<OpenWorld> = {
    apps: [app as AppProcess],
    postgres: absent as OpenWorld['postgres'],
    proxy: absent as OpenWorld['proxy'],
    sql,
    note,
    unexpectedExits: () => options.unexpectedExits?.(number) ?? [],
    close: async () => onClose(),
    pause: (ms) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve()
        const timer = setTimeout(done, ms / SPEED)
        function done(): void {
          clearTimeout(timer)
          signal.removeEventListener('abort', done)
          resolve()
        }
        signal.addEventListener('abort', done)
      }),
  }
  return world as OpenWorld
}

function fakeLoad(settings: LoadOptions, { outcome, outstanding = 0 }: FakeOptions): Load {
  const { record, nextId, nowMs, workloads } = settings
  let sent = 0
  const send = (): void => {
    const { name, input } = workloads[0]!.next(settings.randomOf(0), 0)
    record({
      id: nextId(),
      client: 0,
      workload: workloads[0]!.name,
      name,
      input,
      key: undefined,
      process: 'app-1',
      invokedMs: nowMs() - 1,
      completedMs: nowMs(),
      outcome: outcome?.(++sent) ?? { kind: 'ok', status: 200, body: '{}' },
    })
  }
  send()
  const timer = setInterval(send, 2)
  const end = (): void => clearInterval(timer)
  return { outstanding, stop: end, abort: async () => end() }
}
