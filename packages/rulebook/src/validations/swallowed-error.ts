/** Swallowed or shapeless error. */
import type { Validation } from '../entry.js'

export const swallowedError: Validation = {
  kind: 'validation',
  id: 'swallowed-error',
  title: 'Swallowed or shapeless error',
  severity: 'high',
  why: 'An error that is caught and forgotten turns a fault into wrong data: the payment failed, the code goes on, the client sees success, and nothing is logged. The search for it begins weeks later, at the wrong end. Thrown strings lose the stack; a process that survives an unknown exception runs on with unknown state.',
  looksFor:
    "Empty `catch {}` or `.catch(() => {})` around calls that matter; catch that logs and goes on as if it had worked, or returns `null`, `[]` or `false` for every error; `catch (e) { throw new Error('failed') }` without `cause`; `throw 'text'` or an object literal, `reject()` without an Error; `process.on('unhandledRejection' | 'uncaughtException')` that only logs; `Promise.allSettled` whose rejections nobody looks at; try around a hundred lines.",
  sparesFor: [
    'A narrow catch that names the error expected (`ENOENT`, 23505, AbortError) and rethrows others.',
    'Best-effort work with a comment that says why it may fail, counted by a metric.',
    '`finally`, and clean-up after the error was recorded.',
    '`allSettled` followed by handling of the rejected.',
  ],
  fix: 'Catch where something can be done, name the errors expected, let the rest go up to the one place that logs and answers. Throw Errors with `cause`. On `uncaughtException` log, drain briefly, exit; the supervisor starts anew.',
  numbers: [
    "Resuming after uncaughtException is unsafe: state is undefined, exit with 1 [Node documentation, Warning: Using 'uncaughtException' correctly].",
  ],
  siblings: [
    'error-logged-twice',
    'lost-promise',
    'leaking-error-answer',
    'floating-promise',
    'process-exit-in-library',
  ],
  covers: ['swallowed error', 'thrown non-error', 'empty catch', 'unhandledRejection swallowed'],
  wrong: {
    language: 'ts',
    stack: 'Any framework',
    text: `process.on('unhandledRejection', () => {})

async function stockOf(sku: string): Promise<number> {
  try {
    return await warehouse.stock(sku)
  } catch {
    return 0
  }
}`,
  },
  right: {
    language: 'ts',
    stack: 'Any framework',
    text: `process.on('uncaughtException', (error) => {
  log.fatal({ err: error }, 'ends')
  void drain(5000).finally(() => process.exit(1))
})

async function stockOf(sku: string): Promise<number | undefined> {
  try {
    return await warehouse.stock(sku)
  } catch (error) {
    if (error instanceof UnknownSku) return undefined
    throw new Error(\`stock of \${sku}\`, { cause: error })
  }
}`,
  },
  executedBy: 'by-hand',
}
