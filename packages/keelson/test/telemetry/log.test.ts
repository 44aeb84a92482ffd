import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLog } from '../../src/telemetry/log.js'

function logged(fields: object, format: 'json' | 'text' = 'json'): string {
  const lines: string[] = []
  createLog({ level: 'info', format, destination: { write: (line) => void lines.push(line) } }).info(
    fields,
    'said',
  )
  return lines.join('')
}

test('credentials are never written, wherever somebody puts them', () => {
  const secret = 'hunter2'
  for (const fields of [
    { password: secret },
    { token: secret, user: { password: secret, id: 7 } },
    { headers: { authorization: secret, cookie: secret, 'set-cookie': [secret] } },
    { request: { headers: { authorization: secret, 'idempotency-key': secret, 'x-api-key': secret } } },
    { login: { accessToken: secret, refreshToken: secret, apiKey: secret } },
  ]) {
    for (const format of ['json', 'text'] as const) {
      const line = logged(fields, format)
      assert.ok(!line.includes(secret), line)
      assert.ok(line.includes('[redacted]') && line.includes('said'), line)
    }
  }
  assert.ok(logged({ user: { password: secret, id: 7 } }).includes('"id":7'))
})

test('an error is written with its stack and its causes', () => {
  const line = logged({ err: new Error('outer', { cause: new Error('inner') }) })
  const { err } = JSON.parse(line) as { err: { message: string; stack: string } }
  assert.match(err.stack, /log\.test/)
  assert.match(line, /inner/)
})
