import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readConfig } from '../../src/config/config.js'
import type { KeelsonError } from '../../src/errors.js'

test('an empty environment gives the defaults, frozen', () => {
  const config = readConfig({ PORT: '' })
  assert.deepEqual(
    [config.port, config.host, config.logLevel, config.databasePoolMax, config.databaseUrl],
    [3000, '127.0.0.1', 'info', 12, undefined],
  )
  assert.ok(Object.isFrozen(config))
})

test('development is told by NODE_ENV', () => {
  const of = (name?: string): boolean => readConfig({ NODE_ENV: name }).development
  assert.deepEqual(
    [of('development'), of('test'), of('production'), of('staging'), of()],
    [true, true, false, false, false],
  )
})

test('every wrong variable is named at once, without showing a password', () => {
  const environment = {
    PORT: '80x',
    LOG_LEVEL: 'loud',
    DATABASE_POOL_MAX: '0',
    DATABASE_URL: 'mysql://user:hunter2@host/db',
    KEELSON_PREPARED_STATEMENTS: 'maybe',
  }
  assert.throws(
    () => readConfig(environment),
    (error: KeelsonError) => {
      assert.equal(error.code, 'invalid_configuration')
      for (const name of Object.keys(environment)) assert.ok(error.message.includes(name), name)
      assert.ok(!error.message.includes('hunter2'))
      return true
    },
  )
})

test('NODE_ENV tells development and tests from production, which is the default', () => {
  const modeOf = (name?: string): boolean => readConfig({ NODE_ENV: name }).development
  assert.deepEqual([undefined, 'production', 'staging', 'development', 'test'].map(modeOf), [
    false,
    false,
    false,
    true,
    true,
  ])
})
