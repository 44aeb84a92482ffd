/** A whole run on parts without processes: when it finds, fails, ends, and what it then says. */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { Options } from '../../src/options.js'
import { totals } from '../../src/report/outcomes.js'
import type { Report } from '../../src/report/report.js'
import { Journal } from '../../src/report/journal.js'
import { prove } from '../../src/run/prove.js'
import type { WorldOptions } from '../../src/run/parts.js'
import { runSwitches } from '../../src/run/switch-run.js'
import {
  fakeFault,
  fakeParts,
  finding,
  IMPATIENT_LIMITS,
  QUICK_LIMITS,
  type Fake,
  type FakeOptions,
} from '../support/fake-parts.js'

const OPTIONS: Options = {
  seeds: [1],
  minutes: undefined,
  processes: 1,
  clients: 1,
  longTransactionMs: 5000,
  workloads: ['counter'],
  faults: [],
  switches: [],
  once: true,
  round: undefined,
  ci: false,
  json: '',
  html: '',
}

const FAULTS = ['kill', 'reset', 'restart'].map((name) => fakeFault(name))

interface Ran {
  readonly report: Report
  readonly fake: Fake
}

async function run(
  context: TestContext,
  parts: FakeOptions,
  options: Partial<Options> = {},
  signal = new AbortController().signal,
): Promise<Ran> {
  const fake = await fakeParts(parts)
  context.after(() => fake.stop())
  const faults = (parts.faults ?? []).map(({ name }) => name)
  const report = await prove({
    args: [],
    options: { ...OPTIONS, faults, ...options },
    parts: fake.parts,
    terminal: { write: () => undefined, isTerminal: false },
    signal,
    limits: parts.outstanding === undefined ? QUICK_LIMITS : IMPATIENT_LIMITS,
  })
  assert.equal(fake.closed, fake.opened.length, 'every world was closed')
  return { report, fake }
}

test('A run without findings holds, and every fault had its turn', async (context) => {
  const { report, fake } = await run(context, { faults: FAULTS })
  assert.equal(report.verdict, 'holds')
  assert.deepEqual(report.faults.map(({ name }) => name).toSorted(), ['kill', 'reset', 'restart'])
  assert.equal(fake.opened.length, 1)
  assert.deepEqual(totals(report), { passed: 3, failed: 0 })
  assert.equal(report.environment.versions.postgres, '17.0')
  assert.ok(report.latency.duringFaults.count > 0 && report.latency.withoutFaults.count > 0)
})

test('A finding ends its world, is held against the faults of its round, and says how to replay it', async (context) => {
  const check: FakeOptions['check'] = (world) => (world === 1 ? [finding('lost-effect')] : [])
  const { report, fake } = await run(context, { faults: FAULTS, check })
  assert.equal(report.verdict, 'broken')
  assert.equal(fake.opened.length, 2)
  assert.equal(report.findings.length, 1)
  const { faults, round, replay } = report.findings[0]!
  assert.deepEqual([faults.length, round], [1, 0])
  assert.match(replay, /^npm run prove -- --seed 1 --round 0 --once/)
  assert.deepEqual(totals(report), { passed: 2, failed: 1 })
})

test('Checks see the history of their world and nothing before it', async (context) => {
  const seen: number[] = []
  const check: FakeOptions['check'] = (world, history) => {
    seen.push(history[0]!.id, history.length)
    return world === 1 ? [finding('G2')] : []
  }
  await run(context, { faults: FAULTS, check })
  assert.deepEqual([seen[0], seen[2], seen[4]], [1, 1, 1])
  assert.ok(seen[5]! > seen[3]!, 'the second round of a world adds to the first')
})

test('What does not come to rest is a finding, and is not judged further', async (context) => {
  let checks = 0
  const { report } = await run(context, {
    faults: [fakeFault('black-hole')],
    outstanding: 2,
    check: () => {
      checks++
      return []
    },
  })
  assert.deepEqual(
    report.findings.map(({ anomaly }) => anomaly),
    ['not-drained'],
  )
  assert.deepEqual(report.findings[0]!.evidence, ['2 commands without a known outcome'])
  assert.deepEqual([checks, report.rounds[0]!.drainMs, report.rounds[0]!.checkMs], [0, null, null])
})

test('Crashes and deadlocks are findings', async (context) => {
  let counted = 0
  const { report } = await run(context, {
    faults: [fakeFault('reset')],
    unexpectedExits: () => ['app-1 ended with 1: Error: out of cheese'],
    deadlocks: () => counted++,
  })
  assert.deepEqual(
    report.findings.map(({ anomaly }) => anomaly),
    ['crashed', 'deadlock'],
  )
})

test('A fault that may deadlock is not blamed for it', async (context) => {
  let counted = 0
  const faults = [fakeFault('injected-40P01', { mayDeadlock: true })]
  const { report } = await run(context, { faults, deadlocks: () => counted++ })
  assert.equal(report.verdict, 'holds')
})

test('Deadlocks that come to light with the end of a world are findings too', async (context) => {
  const counts = [0, 0, 3]
  const { report } = await run(context, { faults: [fakeFault('reset')], deadlocks: () => counts.shift()! })
  assert.deepEqual(
    report.findings.map(({ anomaly }) => anomaly),
    ['deadlock'],
  )
})

test('A fault that throws, or does not end, fails the run without a finding', async (context) => {
  const broken = fakeFault('broken', { run: () => Promise.reject(new Error('no tmpfs')) })
  const endless = fakeFault('endless', { run: () => new Promise(() => undefined) })
  const { report } = await run(context, { faults: [broken, endless], outstanding: 1 })
  assert.equal(report.verdict, 'failed')
  assert.deepEqual(report.findings, [])
  assert.deepEqual(report.problems.map(({ message }) => message).toSorted(), [
    'Fault endless took longer than 0.5 s.',
    'no tmpfs',
  ])
  assert.deepEqual(totals(report), { passed: 0, failed: 2 })
})

test('A check that throws fails the run', async (context) => {
  const check = (): never => {
    throw new Error('no such table')
  }
  const { report } = await run(context, { check })
  assert.deepEqual([report.verdict, report.problems[0]!.where], ['failed', 'the check of counter'])
})

test('A load that nobody answers proves nothing', async (context) => {
  const { report } = await run(context, { outcome: () => ({ kind: 'unknown', reason: 'ECONNREFUSED' }) })
  assert.equal(report.verdict, 'failed')
})

test('A world that comes too late fails the run, and is closed all the same', async (context) => {
  const fake = await fakeParts()
  context.after(() => fake.stop())
  const parts = {
    ...fake.parts,
    openWorld: async (options: WorldOptions) => {
      await new Promise((resolve) => setTimeout(resolve, 50))
      return fake.parts.openWorld(options)
    },
  }
  const limits = { ...QUICK_LIMITS, openMs: 10 }
  const signal = new AbortController().signal
  const terminal = { write: () => undefined, isTerminal: false }
  const report = await prove({ args: [], options: OPTIONS, parts, terminal, signal, limits })
  assert.equal(report.verdict, 'failed')
  while (fake.closed === 0) await new Promise((resolve) => setTimeout(resolve, 5))
})

test('What cannot be made here is told and left out', async (context) => {
  const faults = [fakeFault('disk-full', { unavailable: async () => 'needs root' }), fakeFault('reset')]
  const { report } = await run(context, { faults })
  assert.deepEqual(report.unavailable, [{ name: 'disk-full', why: 'needs root' }])
  assert.deepEqual([report.verdict, report.rounds.length, totals(report).passed], ['holds', 1, 1])
})

test('Broken off, a run ends in order with what it has', async (context) => {
  const controller = new AbortController()
  const faults = [
    fakeFault('reset', {
      run: async (world) => {
        controller.abort()
        await world.pause(60_000)
        throw new Error('The server is gone.')
      },
    }),
  ]
  const { report } = await run(context, { faults, outstanding: 1 }, {}, controller.signal)
  assert.equal(report.verdict, 'interrupted')
  assert.equal(report.faults.length, 1)
  assert.deepEqual([report.findings, report.problems], [[], []])
})

test('Minutes end a run between two rounds; seeds share them', async (context) => {
  const { report } = await run(context, { faults: FAULTS }, { once: false, minutes: 0.06, seeds: [4, 5] })
  assert.deepEqual([...new Set(report.rounds.map(({ seed }) => seed))], [4, 5])
  assert.ok(report.seconds < 60)
})

test('One round of a schedule can be had alone, again and again, each time on a new world', async (context) => {
  const { report, fake } = await run(context, { faults: FAULTS }, { round: 2, minutes: 0.05 })
  assert.ok(report.rounds.length > 1)
  assert.deepEqual([...new Set(report.rounds.map(({ round }) => round))], [2])
  assert.equal(fake.opened.length, report.rounds.length)
})

test('A switch that has no turn before the time is over fails the run', async (context) => {
  const switches = ['guards', 'marker'].map((name) => ({
    name,
    what: `No ${name}.`,
    anomalies: ['G2' as const],
    workloads: ['counter'],
    fault: undefined,
  }))
  const journal = new Journal(() => 1000)
  const fake = await fakeParts({ switches })
  context.after(() => fake.stop())
  const lane = {
    parts: fake.parts,
    workloads: [],
    processes: 1,
    clients: 1,
    longTransactionMs: 5000,
    journal: new Journal(() => 1000),
    signal: new AbortController().signal,
    nowMs: () => 1000,
    limits: QUICK_LIMITS,
  }
  await runSwitches(lane, { switches, seeds: [1], limitMs: 100, lastBeginMs: 999, journal })
  assert.deepEqual(
    journal.recorded.problems.map(({ where }) => where),
    ['switch guards', 'switch marker'],
  )
  assert.equal(fake.opened.length, 0)
})

test('A switch is caught by a finding it expects, in a service that runs without it', async (context) => {
  const switches = (['guards', 'marker'] as const).map((name) => ({
    name,
    what: `No ${name}.`,
    anomalies: ['G2' as const],
    workloads: ['counter'],
    fault: undefined,
  }))
  const check: FakeOptions['check'] = (_, __, env) => [
    finding(env['PROOF_SWITCH'] === 'guards' ? 'G2' : 'G0'),
  ]
  const options = { faults: undefined, switches: ['guards'] }
  const { report, fake } = await run(context, { switches, check }, options)
  assert.deepEqual(fake.opened, [{ PROOF_SWITCH: 'guards' }])
  assert.deepEqual(
    [report.verdict, report.switches[0]!.caught, report.switches[0]!.found],
    ['holds', true, ['G2']],
  )
  assert.deepEqual(report.findings, [], 'what a broken service does is not held against the service')
})
