/** A report as a run could have made it, with something in every field. */
import { Journal } from '../../src/report/journal.js'
import type { Report } from '../../src/report/report.js'
import { between, randomOf } from '../../src/run/random.js'
import { finding } from './fake-parts.js'

const WORKLOADS = ['bank', 'append', 'counters', 'names', 'slots']
const FAULTS = [
  'sigkill',
  'kill-at-committed',
  'postgres-restart',
  'reset',
  'black-hole',
  'cut-after-commit',
  'sigstop',
]

/** `broken`: with findings, a switch that was missed, and a problem. */
export function sampleReport(broken: boolean, seconds = 90): Report {
  let ms = 0
  const journal = new Journal(() => ms)
  const random = randomOf('sample')
  const place = (round: number, faults: readonly string[]) => ({ seed: 7, round, faults })
  let ended: (() => void) | undefined
  for (let second = 0; second < seconds; second++) {
    const round = Math.floor(second / 10)
    const name = FAULTS[round % FAULTS.length]!
    const phase = second % 10
    ms = second * 1000
    if (phase === 3)
      ended = journal.faultBegins(
        name,
        `What ${name} does to the service while clients go on.`,
        place(round, [name]),
      )
    if (phase === 6) ended?.()
    const isFault = phase >= 3 && phase < 6
    const count = phase === 9 ? 0 : isFault ? between(random, 60, 400) : between(random, 800, 950)
    for (let sent = 0; sent < count; sent++) {
      const endedMs = ms + random() * 1000
      const latencyMs = (isFault ? 40 : 6) / (1 - random() * 0.999)
      const kind = isFault && random() < 0.2 ? 'unknown' : random() < 0.1 ? 'refused' : 'ok'
      journal.operation({
        id: sent,
        client: 0,
        workload: WORKLOADS[between(random, 0, 4)]!,
        name: 'x',
        input: {},
        key: undefined,
        process: 'app-1',
        invokedMs: endedMs - latencyMs,
        completedMs: endedMs,
        outcome:
          kind === 'ok'
            ? { kind, status: 200, body: '{}' }
            : kind === 'refused'
              ? { kind, status: 409, code: 'insufficient', body: '{}' }
              : { kind, reason: 'reset' },
      })
    }
    if (phase !== 9) continue
    journal.round({ ...place(round, [name]), beganMs: ms - 9000, endedMs: ms, drainMs: 300, checkMs: 120 })
    if (broken && round === 4) {
      const lines = ['T1 append(x, 3) → T2 read(x) = [1, 2] (rw)', 'T2 append(y, 9) → T1 read(y) = [] (rw)']
      const found = {
        ...finding('G2', 'Two commands did not see each other: <script>alert(1)</script>'),
        evidence: lines,
      }
      journal.finding(
        { ...found, workload: 'append' },
        place(round, [name]),
        'npm run prove -- --seed 7 --round 4',
      )
    }
  }
  ms = seconds * 1000
  journal.note('app-1 was killed and started again')
  journal.unavailable('disk-full', 'needs root, for a tmpfs')
  journal.switchDone({
    name: 'guards',
    what: 'Lists and absent keys are not guarded.',
    seed: 7,
    expects: ['G2'],
    found: ['G2'],
    caught: true,
    seconds: 6.2,
    operations: 4000,
    example: finding('G2'),
  })
  if (broken) {
    journal.switchDone({
      name: 'marker',
      what: 'Groups leave no marker.',
      seed: 7,
      expects: ['doubled-effect'],
      found: [],
      caught: false,
      seconds: 60,
      operations: 50_000,
      example: undefined,
    })
    journal.problem('the check of bank', 'no such table: "accounts" & more')
  }
  return {
    schema: 1,
    verdict: broken ? 'broken' : 'holds',
    environment: {
      command: 'npm run prove -- --seed 7',
      date: '2026-01-02T03:04:05.000Z',
      commit: '0123456789abcdef0123456789abcdef01234567',
      cpu: 'A processor',
      cores: 4,
      memoryGiB: 16,
      system: 'Linux',
      versions: { node: 'v22.0.0', postgres: '17.0' },
    },
    options: {
      seeds: [7],
      minutes: 1.5,
      processes: 2,
      clients: 24,
      workloads: WORKLOADS,
      faults: [...FAULTS, 'disk-full', 'clock-jump'],
    },
    seconds,
    ...journal.recorded,
  }
}
