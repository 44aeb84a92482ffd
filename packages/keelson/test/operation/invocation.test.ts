import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as z from 'zod'
import type { Transaction } from '../../src/engine/transaction.js'
import { signedIn } from '../../src/operation/access.js'
import { command } from '../../src/operation/command.js'
import type { CommandTransaction } from '../../src/operation/command-transaction.js'
import { compile } from '../../src/operation/compiled.js'
import type { CursorKeys } from '../../src/operation/cursor-keys.js'
import { CommandInvocation } from '../../src/operation/invocation.js'
import { LocalCall } from '../../src/operation/local-call.js'
import { createLog } from '../../src/telemetry/log.js'

const parts = {
  jobs: new Set<never>(),
  operations: new Map(),
  render: (problem: unknown) => problem,
  log: createLog({ level: 'silent' }),
  services: {},
  cursorKeys: {} as CursorKeys,
}
/** As far as a handler that does not touch the database needs it. */
const transaction = {
  begin: () => undefined,
  throwFailure: () => undefined,
  now: new Date(),
} as unknown as CommandTransaction & Transaction

const sorted = command('sorted', {
  input: z.object({ list: z.array(z.int()) }),
  output: z.object({ first: z.int(), list: z.array(z.int()) }),
  allow: signedIn,
  run: ({ input }) => {
    const first = input.list[0]!
    input.list.reverse()
    return { first, list: input.list }
  },
})

test('a handler that changes its input finds it whole when it runs again', async () => {
  const raw = { list: [3, 2, 1] }
  const operation = compile(sorted, '', [])!
  const call = new LocalCall({ id: 'r', actor: null, idempotencyKey: undefined })
  const parsed = await operation.parse(raw)
  assert.ok(parsed.ok)
  const invocation = new CommandInvocation(operation, call, raw, parsed.value, parts)
  for (let run = 0; run < 3; run++) {
    assert.deepEqual(await invocation.run(transaction), {
      wire: { first: 3, list: [1, 2, 3] },
      headers: undefined,
    })
  }
})

test('the group key is told by the caller', () => {
  const groupKeyFor = (tenant: string | undefined): string | undefined => {
    const actor = tenant === undefined ? null : { id: `${tenant}/1`, scopes: [] }
    const call = new LocalCall({ id: 'r', actor, idempotencyKey: undefined })
    return new CommandInvocation(
      compile(sorted, '', [])!,
      call,
      {},
      {},
      {
        ...parts,
        groupKey: (caller) => caller?.id.split('/')[0],
      },
    ).groupKey
  }
  assert.deepEqual([groupKeyFor('a'), groupKeyFor('b'), groupKeyFor(undefined)], ['a', 'b', undefined])
})
