import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkAppends } from '../../src/checker/append-checker.js'
import { testCases } from './append-cases.js'
import { concurrent, finals, transaction } from './append-notation.js'

testCases([
  {
    name: 'writes of two transactions mixed over two lists',
    history: [concurrent(1, 'x+1 y+1'), concurrent(2, 'x+2 y+2')],
    final: 'x=[1 2] y=[2 1]',
    anomalies: ['G0'],
  },
  {
    name: 'writes of two transactions in the same order on both lists',
    history: [concurrent(1, 'x+1 y+1'), concurrent(2, 'x+2 y+2')],
    final: 'x=[1 2] y=[1 2]',
    anomalies: [],
  },
  {
    name: 'writes mixed within one list',
    history: [concurrent(1, 'x+1 x+3'), concurrent(2, 'x+2')],
    final: 'x=[1 2 3]',
    anomalies: ['G0'],
  },
  {
    name: 'two transactions that read each other',
    history: [concurrent(1, 'x+1 y=[2]'), concurrent(2, 'y+2 x=[1]')],
    final: 'x=[1] y=[2]',
    anomalies: ['G1c'],
  },
  {
    name: 'one of two transactions that reads the other',
    history: [concurrent(1, 'x+1 y=[]'), concurrent(2, 'y+2 x=[1]')],
    final: 'x=[1] y=[2]',
    anomalies: [],
  },
  {
    name: 'one transaction that reads another and is overwritten by it',
    history: [concurrent(1, 'x+1 y=[2]'), concurrent(2, 'x+2 y+2')],
    final: 'x=[1 2] y=[2]',
    anomalies: ['G1c'],
  },
  {
    name: 'a lost update: both read the same version and append to it',
    history: [concurrent(1, 'x=[] x+1'), concurrent(2, 'x=[] x+2')],
    final: 'x=[1 2]',
    anomalies: ['G-single'],
  },
  {
    name: 'two updates, the second having seen the first',
    history: [concurrent(1, 'x=[] x+1'), concurrent(2, 'x=[1] x+2')],
    final: 'x=[1 2]',
    anomalies: [],
  },
  {
    name: 'read skew: one list before and the other after a transaction',
    history: [concurrent(1, 'x+1 y+1'), concurrent(2, 'x=[] y=[1]')],
    final: 'x=[1] y=[1]',
    anomalies: ['G-single'],
  },
  {
    name: 'both lists before a transaction',
    history: [concurrent(1, 'x+1 y+1'), concurrent(2, 'x=[] y=[]')],
    final: 'x=[1] y=[1]',
    anomalies: [],
  },
  {
    name: 'read skew against a transaction of unknown outcome that took effect',
    history: [concurrent(1, 'x+1 y+1', 'unknown'), concurrent(2, 'x=[] y=[1]')],
    final: 'x=[1] y=[1]',
    anomalies: ['G-single'],
  },
  {
    name: 'write skew: each reads the list that the other appends to',
    history: [concurrent(1, 'x=[] y+1'), concurrent(2, 'y=[] x+2')],
    final: 'x=[2] y=[1]',
    anomalies: ['G2'],
  },
  {
    name: 'no write skew: the second saw the first',
    history: [concurrent(1, 'x=[] y+1'), concurrent(2, 'y=[1] x+2')],
    final: 'x=[2] y=[1]',
    anomalies: [],
  },
  {
    name: 'write skew with one of unknown outcome is none, for its reads are not known',
    history: [concurrent(1, 'x=[] y+1', 'unknown'), concurrent(2, 'y=[] x+2')],
    final: 'x=[2] y=[1]',
    anomalies: [],
  },
  {
    name: 'the long fork: two readers see two appends in different orders',
    history: [
      concurrent(1, 'x+1'),
      concurrent(2, 'y+2'),
      concurrent(3, 'x=[1] y=[]'),
      concurrent(4, 'x=[] y=[2]'),
    ],
    final: 'x=[1] y=[2]',
    anomalies: ['G2'],
  },
  {
    name: 'a read that misses what was acknowledged before it was sent',
    history: [transaction(1, [0, 10], 'x+1'), transaction(2, [20, 30], 'x=[]')],
    final: 'x=[1]',
    anomalies: ['not-real-time'],
  },
  {
    name: 'a read that misses what was acknowledged while it was under way',
    history: [transaction(1, [0, 20], 'x+1'), transaction(2, [20, 30], 'x=[]')],
    final: 'x=[1]',
    anomalies: [],
  },
  {
    name: 'a read that misses what was sent before and never answered',
    history: [transaction(1, [0, 10], 'x+1', 'unknown'), transaction(2, [20, 30], 'x=[]')],
    final: 'x=[1]',
    anomalies: [],
  },
  {
    name: 'a read of what was sent only after it was answered',
    history: [transaction(1, [20, 20], 'x+1', 'unknown'), transaction(2, [0, 10], 'x=[1]')],
    final: 'x=[1]',
    anomalies: ['not-real-time'],
  },
  {
    name: 'appends in the list against the order of their acknowledgements',
    history: [transaction(1, [0, 10], 'x+1'), transaction(2, [20, 30], 'x+2')],
    final: 'x=[2 1]',
    anomalies: ['not-real-time'],
  },
  {
    name: 'real time through a chain of others',
    history: [
      transaction(1, [0, 10], 'x+1'),
      transaction(2, [11, 20], 'z+2'),
      transaction(3, [21, 30], 'z=[2] y+3'),
      transaction(4, [25, 40], 'y=[3] x=[]'),
    ],
    final: 'x=[1] y=[3] z=[2]',
    anomalies: ['not-real-time'],
  },
  {
    name: 'what contradicts real time as well is named by its data alone',
    history: [transaction(1, [0, 10], 'x+1 y+1'), transaction(2, [20, 30], 'x=[] y=[1]')],
    final: 'x=[1] y=[1]',
    anomalies: ['G-single'],
  },
])

test('a cycle is shown transaction by transaction and edge by edge', () => {
  const history = [
    transaction(1, [0, 10], 'x+1'),
    transaction(2, [20, 30], 'x=[] y+2'),
    transaction(3, [0, 30], 'z+3'),
  ]
  const [finding, ...others] = checkAppends('lists', history, finals('x=[1] y=[2] z=[3]'))
  assert.deepEqual(others, [])
  assert.equal(finding!.workload, 'lists')
  assert.match(finding!.message, /^T2 → T1 → T2: /)
  assert.deepEqual(
    finding!.evidence.map((line) => line.replace(/client \d+/, 'client')),
    [
      'T2 (client, ok, 20 ms to 30 ms): read x [], append y 2',
      'T1 (client, ok, 0 ms to 10 ms): append x 1',
      'T2 -rw-> T1: T2 read x without 1, which T1 appended',
      'T1 -rt-> T2: T1 was answered at 10 ms, T2 was sent at 20 ms',
    ],
  )
})

test('the shortest cycle is shown where longer ones exist', () => {
  const history = [
    concurrent(1, 'x=[] a+1'),
    concurrent(2, 'a=[] b+1'),
    concurrent(3, 'b=[] c+1'),
    concurrent(4, 'c=[] x+1 a=[]'),
  ]
  const all = checkAppends('lists', history, finals('x=[1] a=[1] b=[1] c=[1]'))
  assert.deepEqual(
    all.map(({ message }) => message.split(':')[0]),
    ['T1 → T4 → T1'],
  )
})

test('a row of appends to one list is shown by its ends', () => {
  const between = Array.from({ length: 20 }, (_, at) => concurrent(10 + at, `x+${10 + at}`))
  const history = [concurrent(1, 'x=[] y+1'), ...between, concurrent(2, 'x+2 y=[]')]
  const list = between.map(({ id }) => id).join(' ')
  const [finding, ...others] = checkAppends('lists', history, finals(`x=[${list} 2] y=[1]`))
  assert.deepEqual(others, [])
  assert.match(finding!.message, /^T1 → T10 → T2 → T1: /)
  assert.ok(finding!.evidence.includes('T10 -ww-> T2: T2 appended 2 to x after T10 had appended to it'))
})

test('write skew is told from a worse cycle beside it', () => {
  const history = [
    concurrent(1, 'x=[] y+1 z=[]'),
    concurrent(2, 'y=[] x+2'),
    concurrent(3, 'z+3 x=[2]'),
    concurrent(4, 'z=[3] y=[]'),
  ]
  const all = checkAppends('lists', history, finals('x=[2] y=[1] z=[3]'))
  assert.ok(all.some(({ anomaly, message }) => anomaly === 'G2' && message.startsWith('T1 → T2 → T1:')))
})
