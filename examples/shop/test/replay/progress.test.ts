import assert from 'node:assert/strict'
import { test } from 'node:test'
import { progressOn } from '../../src/replay/progress.js'

const outputOf = (isTTY: boolean): { isTTY: boolean; text: string; write: (text: string) => void } => ({
  isTTY,
  text: '',
  write(text) {
    this.text += text
  },
})

test('in a terminal one line is written over and over, and ended', () => {
  const output = outputOf(true)
  const progress = progressOn(output, 'orders')
  progress(1, 3)
  progress(2, 3)
  progress(3, 3)
  assert.equal(output.text, '\rorders 1 of 3 (33 %)\rorders 2 of 3 (66 %)\rorders 3 of 3 (100 %)\n')
})

test('elsewhere each tenth is a line', () => {
  const output = outputOf(false)
  const progress = progressOn(output, 'orders')
  for (let done = 1; done <= 1000; done += 1) progress(done, 1000)
  const lines = output.text.trimEnd().split('\n')
  assert.equal(lines.length, 11)
  assert.equal(lines.at(-1), 'orders 1000 of 1000 (100 %)')
})
