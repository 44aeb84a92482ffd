/** The command line: what it means, and how it says everything that is wrong at once. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readOptions, UsageError, type Known, type Options } from '../src/options.js'
import { replayCommand } from '../src/run/replay.js'

const KNOWN: Known = {
  workloads: ['bank', 'append'],
  faults: ['sigkill', 'reset', 'restart'],
  switches: ['guards', 'marker'],
}

const SURROUNDINGS = { startFolder: '/here', resultsFolder: '/results', pickSeed: () => 99 }

function read(text: string): Options {
  const options = readOptions(text.split(' ').filter(Boolean), KNOWN, SURROUNDINGS)
  assert.ok(typeof options === 'object')
  return options
}

function wrong(text: string): string[] {
  try {
    read(text)
  } catch (error) {
    assert.ok(error instanceof UsageError)
    return error.message.split('\n')
  }
  return []
}

test('Without options: all workloads and faults, a few minutes, another seed each time', () => {
  assert.deepEqual(read(''), {
    seeds: [99],
    minutes: 3,
    processes: 2,
    clients: 24,
    workloads: KNOWN.workloads,
    faults: KNOWN.faults,
    switches: [],
    once: false,
    round: undefined,
    ci: false,
    longTransactionMs: 5000,
    json: '/results/latest.json',
    html: '/results/latest.html',
  })
})

test('Seeds follow each other from the one given', () => {
  assert.deepEqual(read('--seed 5 --seeds 3').seeds, [5, 6, 7])
  assert.deepEqual(read('--seed 2147483647 --seeds 2').seeds, [2147483647, 0])
})

test('--ci: every fault and switch once, from one seed, with no length of its own', () => {
  const { seeds, minutes, once, faults, switches, ci } = read('--ci')
  assert.deepEqual(
    { seeds, minutes, once, faults, switches, ci },
    { seeds: [1], minutes: undefined, once: true, faults: KNOWN.faults, switches: KNOWN.switches, ci: true },
  )
})

test('--long: two hours over many seeds, into a file of its own', () => {
  const { minutes, seeds, json, html } = read('--long')
  assert.deepEqual([minutes, seeds.length, json, html], [120, 30, '/results/long.json', '/results/long.html'])
  assert.equal(read('--long --minutes 1').seeds.length, 1)
})

test('--switches and --switch run no faults of their own, save with --long', () => {
  assert.equal(read('--switches').faults, undefined)
  assert.deepEqual(read('--switch marker').switches, ['marker'])
  assert.deepEqual(read('--switches --long').faults, KNOWN.faults)
})

test('Faults: none, all, some', () => {
  assert.deepEqual(read('--faults none').faults, [])
  assert.deepEqual(read('--faults all').faults, KNOWN.faults)
  assert.deepEqual(read('--faults reset,sigkill').faults, ['reset', 'sigkill'])
})

test('Paths start where the command was given', () => {
  assert.equal(read('--json out/a.json').json, '/here/out/a.json')
})

test('Everything that is wrong is said at once', () => {
  const lines = wrong(
    '--seed x --processes 0 --faults reset,storm --workloads bonk --wat --once=1 --json stray',
  )
  assert.equal(lines.length, 6)
  for (const words of [
    '--seed x: a whole number from 0 to 2147483647',
    '--processes 0: a whole number from 1 to 64',
    '--faults storm: choose among sigkill, reset, restart, none, all.',
    '--workloads bonk: choose among bank, append.',
    '--wat: there is no such option; choose among --seed,',
    '--once: takes no value.',
  ])
    assert.ok(
      lines.some((line) => line.startsWith(words)),
      words,
    )
})

test('What contradicts itself is refused', () => {
  assert.match(wrong('--ci --minutes 5')[0]!, /^--ci and --minutes exclude each other/)
  assert.match(wrong('--faults none,reset')[0]!, /none and all stand alone/)
  assert.match(wrong('--seed 1 --seed 2')[0]!, /--seed: given twice/)
  assert.match(wrong('--json')[0]!, /--json: a value is missing/)
  assert.match(wrong('bank')[0]!, /bank: an option begins with --/)
})

test('The command that replays a round is read back as what was run', () => {
  for (const given of [
    '--seed 3',
    '--seed 3 --once --faults reset,restart',
    '--seed 3 --faults none --workloads bank',
  ]) {
    const options = read(`${given} --clients 7`)
    const command = replayCommand(options, {
      seed: 3,
      round: 12,
      areAllFaults: options.faults!.length === KNOWN.faults.length,
      areAllWorkloads: options.workloads.length === KNOWN.workloads.length,
    })
    const again = read(command.replace('npm run prove -- ', ''))
    assert.deepEqual(again, { ...options, round: 12, minutes: 3 })
  }
})
