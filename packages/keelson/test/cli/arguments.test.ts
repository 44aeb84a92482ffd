import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCommandLine } from '../../src/cli/arguments.js'
import { UsageError } from '../../src/cli/failure.js'

test('commands and their options', () => {
  assert.deepEqual(parseCommandLine(['dev', 'app.js', '--seed', 'seed.js', '--port', '8080']), {
    command: 'dev',
    appFile: 'app.js',
    port: 8080,
    host: undefined,
    roles: ['http', 'worker'],
    seedFile: 'seed.js',
  })
  assert.equal(parseCommandLine(['start', 'app.js', '--host=0.0.0.0']).command, 'start')
  const line = parseCommandLine(['start', 'app.js', '--roles', 'worker'])
  assert.deepEqual('roles' in line && line.roles, ['worker'])
  assert.equal(parseCommandLine([]).command, 'help')
  assert.equal(parseCommandLine(['dev', '-h']).command, 'help')
  assert.equal(parseCommandLine(['--version']).command, 'version')
})

test('what is wrong is said plainly', () => {
  const wrong: readonly [string[], RegExp][] = [
    [['serve', 'app.js'], /no command `serve`/],
    [['dev'], /Which app\?/],
    [['dev', 'a.js', 'b.js'], /`b\.js` is one argument too many/],
    [['dev', 'a.js', '--port', '70000'], /--port/],
    [['dev', 'a.js', '--colour'], /--colour/],
    [['start', 'a.js', '--seed', 'b.js'], /--seed is for keelson dev/],
    [['start', 'a.js', '--roles', 'http,cook'], /--roles is `http,cook`/],
    [['dev', 'a.js', '--roles', 'http'], /--roles is for keelson start/],
  ]
  for (const [words, message] of wrong) {
    assert.throws(
      () => parseCommandLine(words),
      (error: Error) => error instanceof UsageError && message.test(error.message),
      words.join(' '),
    )
  }
})
