import assert from 'node:assert/strict'
import { test } from 'node:test'
import { maskedLiterals } from '../../src/index.js'

test('long texts are cut short in place, short ones and code are left', () => {
  const code = `const key = 'sk_live_51Habc' // it's\nsign(x, "very-long-secret", 'HS256', \`postgres://a:b@c\`)`
  const masked = maskedLiterals(code)
  assert.equal(
    masked,
    `const key = 'sk_l**********' // it's\nsign(x, "very************", 'HS256', \`post************\`)`,
  )
  assert.equal(masked.length, code.length)
})
