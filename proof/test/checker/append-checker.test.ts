import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkAppends } from '../../src/checker/append-checker.js'
import { testCases } from './append-cases.js'
import { concurrent, finals, transaction } from './append-notation.js'

testCases([
  {
    name: 'a read of a refused append that is gone at the end',
    history: [concurrent(1, 'x+1', 'refused'), concurrent(2, 'x=[1]')],
    final: 'x=[]',
    anomalies: ['G1a'],
  },
  {
    name: 'a refused append that nobody saw',
    history: [concurrent(1, 'x+1', 'refused'), concurrent(2, 'x=[]')],
    final: 'x=[]',
    anomalies: [],
  },
  {
    name: 'a read of an append of unknown outcome that is not there at the end',
    history: [concurrent(1, 'x+1', 'unknown'), concurrent(2, 'x=[1]')],
    final: '',
    anomalies: ['G1a'],
  },
  {
    name: 'a read of an append of unknown outcome that lasted',
    history: [concurrent(1, 'x+1', 'unknown'), concurrent(2, 'x=[1]')],
    final: 'x=[1]',
    anomalies: [],
  },
  {
    name: 'a read of a refused append beneath one that lasted',
    history: [concurrent(1, 'x+1', 'refused'), concurrent(2, 'x+2'), concurrent(3, 'x=[1 2]')],
    final: 'x=[2]',
    anomalies: ['G1a', 'incompatible-order'],
  },
  {
    name: 'a read between two appends of one transaction',
    history: [concurrent(1, 'x+1 x+2'), concurrent(2, 'x=[1]')],
    final: 'x=[1 2]',
    anomalies: ['G1b', 'G-single'],
  },
  {
    name: 'a transaction that reads between its own appends',
    history: [concurrent(1, 'x+1 x=[1] x+2 x=[1 2]'), concurrent(2, 'x=[1 2]')],
    final: 'x=[1 2]',
    anomalies: [],
  },
  {
    name: 'two reads of which neither is the beginning of the other',
    history: [concurrent(1, 'x+1'), concurrent(2, 'x+2'), concurrent(3, 'x=[1]'), concurrent(4, 'x=[2]')],
    final: 'x=[1 2]',
    anomalies: ['incompatible-order'],
  },
  {
    name: 'two reads of which one is the beginning of the other',
    history: [concurrent(1, 'x+1'), concurrent(2, 'x+2'), concurrent(3, 'x=[1]'), concurrent(4, 'x=[1 2]')],
    final: 'x=[1 2]',
    anomalies: [],
  },
  {
    name: 'a transaction that does not see its own append',
    history: [concurrent(1, 'x+1 x=[]')],
    final: 'x=[1]',
    anomalies: ['internal'],
  },
  {
    name: 'a transaction that sees its own append before it made it',
    history: [concurrent(1, 'x=[1] x+1')],
    final: 'x=[1]',
    anomalies: ['internal'],
  },
  {
    name: 'two appends of one transaction in the other order',
    history: [concurrent(1, 'x+1 x+2')],
    final: 'x=[2 1]',
    anomalies: ['internal'],
  },
  {
    name: 'an append that is there twice',
    history: [concurrent(1, 'x+1'), concurrent(2, 'x=[1 1]')],
    final: 'x=[1 1]',
    anomalies: ['doubled-effect'],
  },
  {
    name: 'an append of unknown outcome that is there twice',
    history: [concurrent(1, 'x+1', 'unknown'), concurrent(2, 'x+2')],
    final: 'x=[1 2 1]',
    anomalies: ['doubled-effect'],
  },
  {
    name: 'an acknowledged append that is not there',
    history: [concurrent(1, 'x+1 y+1'), concurrent(2, 'x+2')],
    final: 'x=[2] y=[1]',
    anomalies: ['lost-effect'],
  },
  {
    name: 'a transaction of unknown outcome that is there in part',
    history: [concurrent(1, 'x+1 y+1', 'unknown')],
    final: 'x=[1]',
    anomalies: ['lost-effect'],
  },
  {
    name: 'transactions of unknown outcome, one there and one not',
    history: [concurrent(1, 'x+1 y+1', 'unknown'), concurrent(2, 'x+2 y+2', 'unknown')],
    final: 'x=[1] y=[1]',
    anomalies: [],
  },
  {
    name: 'a refused append that is there',
    history: [concurrent(1, 'x+1', 'refused')],
    final: 'x=[1]',
    anomalies: ['ghost-effect'],
  },
  {
    name: 'a value that nobody appended',
    history: [concurrent(1, 'x+1')],
    final: 'x=[1 7]',
    anomalies: ['ghost-effect'],
  },
  {
    name: 'a refused append between two that stand against real time',
    history: [
      transaction(1, [0, 10], 'x+1'),
      transaction(2, [20, 30], 'x+2'),
      concurrent(3, 'x+3', 'refused'),
    ],
    final: 'x=[2 3 1]',
    anomalies: ['ghost-effect', 'not-real-time'],
  },
  {
    name: 'a refused append takes no part in the order of the others',
    history: [transaction(1, [0, 10], 'x+1'), transaction(2, [20, 30], 'x+2', 'refused')],
    final: 'x=[2 1]',
    anomalies: ['ghost-effect'],
  },
  {
    name: 'a read that fits into no order still came after whom it shows last',
    history: [concurrent(1, 'x+1 y=[2]'), concurrent(2, 'y+2 x=[7 1]'), concurrent(3, 'x+7')],
    final: 'x=[1 7] y=[2]',
    anomalies: ['G1c', 'incompatible-order'],
  },
  {
    name: 'a transaction that sees the first of its own appends before it made them',
    history: [concurrent(1, 'x=[1] x+1 x+2')],
    final: 'x=[1 2]',
    anomalies: ['internal'],
  },
])

test('of many findings of one kind the first are kept and the others counted', () => {
  const history = Array.from({ length: 50 }, (_, at) => concurrent(at, `x+${at}`))
  const all = checkAppends('lists', history, finals('x=[]'))
  assert.equal(all.length, 11)
  assert.equal(all.at(-1)!.message, '40 more of this kind were found.')
})

test('a history that cannot be judged is not judged', () => {
  assert.throws(() => checkAppends('lists', [concurrent(1, 'x+1'), concurrent(2, 'x+1')], finals('x=[1]')))
  assert.throws(() => checkAppends('lists', [transaction(1, [10, 5], 'x+1')], finals('x=[1]')))
})
