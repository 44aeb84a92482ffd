import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OptionsError, parseOptions } from '../../src/replay/options.js'

test('the command line comes before the environment, and that before the defaults', () => {
  const env = { KEELSON_URL: 'http://shop.example', KEELSON_KEY: 'from-env' }
  const fromEnv = { url: 'http://shop.example', key: 'from-env', concurrency: 32, json: false }
  assert.deepEqual(parseOptions([], env), fromEnv)
  const args = ['--url', 'http://localhost:4000', '--key', 'given', '--concurrency', '8', '--json']
  assert.deepEqual(parseOptions(args, env), {
    url: 'http://localhost:4000',
    key: 'given',
    concurrency: 8,
    json: true,
  })
  const withKey = parseOptions([], { KEELSON_KEY: 'k' })
  assert.ok(withKey !== 'help')
  assert.equal(withKey.url, 'http://localhost:3000')
})

test('--help needs nothing else', () => {
  assert.equal(parseOptions(['--help'], {}), 'help')
})

for (const args of [
  ['--url', 'nowhere'],
  ['--concurrency', '0'],
  ['--concurrency', '1.5'],
  ['--concurrency', '257'],
  ['--speed'],
  ['file'],
]) {
  test(`${args.join(' ')} is refused`, () => {
    assert.throws(() => parseOptions(args, { KEELSON_KEY: 'k' }), OptionsError)
  })
}
