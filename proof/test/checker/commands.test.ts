import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commandsOf, type LogicalCommand } from '../../src/checker/commands.js'
import type { Operation } from '../../src/history/operation.js'
import { ok, operation, refused, unknown } from './operations.js'

function commandOf(...attempts: readonly Operation[]): LogicalCommand {
  const [command, ...others] = commandsOf(attempts)
  assert.deepEqual(others, [])
  return command!
}

test('attempts under one key are one command, from its first sending to its first verdict', () => {
  const command = commandOf(
    operation(ok('1'), { id: 3, invokedMs: 30, completedMs: 45 }),
    operation(unknown(), { id: 1, invokedMs: 10, completedMs: 60 }),
    operation(ok('1'), { id: 2, invokedMs: 20, completedMs: 40, client: 2 }),
  )
  assert.deepEqual(
    command.attempts.map(({ id }) => id),
    [1, 2, 3],
  )
  assert.deepEqual([command.invokedMs, command.completedMs, command.outcome.kind], [10, 40, 'ok'])
})

test('without a key each operation is a command of its own', () => {
  assert.equal(
    commandsOf([operation(ok('1'), { key: undefined }), operation(ok('1'), { key: undefined })]).length,
    2,
  )
})

test('what was never answered for good is unknown, and may take effect at any later time', () => {
  const command = commandOf(operation(unknown()), operation(refused(409, 'idempotency_in_progress')))
  assert.equal(command.outcome.kind, 'unknown')
  assert.equal(command.completedMs, Infinity)
})

test('an answer of the 5xx is unknown, whatever the client took it for', () => {
  assert.equal(commandOf(operation(refused(503, 'outcome_unknown'))).outcome.kind, 'unknown')
})

test('a refusal decides, also after attempts that were not answered', () => {
  const command = commandOf(operation(unknown()), operation(refused(409, 'out_of_stock')))
  assert.equal(command.outcome.kind, 'refused')
})

test('being turned away decides only where nothing else was heard', () => {
  const away = operation(refused(429, 'too_many_requests'))
  assert.equal(commandOf(away).outcome.kind, 'refused')
  assert.equal(commandOf(away, operation(unknown())).outcome.kind, 'unknown')
  assert.equal(commandOf(away, operation(ok('1'))).outcome.kind, 'ok')
})

test('the input is that of the attempt that was answered for good', () => {
  const command = commandOf(
    operation(refused(422, 'idempotency_key_reused'), { input: { amount: 1 } }),
    operation(ok('1'), { input: { amount: 2 } }),
  )
  assert.deepEqual(command.input, { amount: 2 })
})

test('commands come in the order of their first sending', () => {
  const commands = commandsOf([
    operation(ok('1'), { key: 'late', invokedMs: 50 }),
    operation(ok('1'), { key: 'early', invokedMs: 5 }),
  ])
  assert.deepEqual(
    commands.map(({ key }) => key),
    ['early', 'late'],
  )
})

test('success goes before a refusal, whichever was heard first', () => {
  const [no, yes] = [operation(refused(409, 'out_of_stock')), operation(ok('1'))]
  assert.equal(commandOf(no, yes).outcome.kind, 'ok')
})
