import assert from 'node:assert/strict'
import { test } from 'node:test'
import { agent } from '../../src/cli/agent.js'

const missing = (name: string): Error =>
  Object.assign(new Error(`Cannot find package '${name}'`), { code: 'ERR_MODULE_NOT_FOUND' })

test('the command and its words reach the package', async () => {
  const seen: unknown[] = []
  const runCommand = async (words: readonly string[], name: string): Promise<number> => {
    seen.push(words, name)
    return 3
  }
  assert.equal(await agent('skill', ['show'], async () => ({ runCommand })), 3)
  assert.deepEqual(seen, [['skill', 'show'], 'keelson'])
})

test('where the package is missing it says how to install it', async () => {
  await assert.rejects(
    agent('mcp', [], async () => {
      throw missing('@keelson/agent')
    }),
    /npm install --save-dev @keelson\/agent/,
  )
})

test('what the package itself cannot find is not hidden', async () => {
  await assert.rejects(
    agent('mcp', [], async () => {
      throw missing('zod')
    }),
    /Cannot find package 'zod'/,
  )
})
