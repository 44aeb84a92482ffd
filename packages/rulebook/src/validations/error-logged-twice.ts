/** Error logged and rethrown. */
import type { Validation } from '../entry.js'

export const errorLoggedTwice: Validation = {
  kind: 'validation',
  id: 'error-logged-twice',
  title: 'Error logged and rethrown',
  severity: 'low',
  why: 'Each layer that logs and throws adds a line: one fault becomes four entries with four stacks, alerts by count are wrong by that factor, and the line with the useful context is one of many. Those who read it learn to skip errors.',
  looksFor:
    'A `catch` that logs at error level and rethrows (the same or a new error), while a caller or the framework’s handler logs it again; logging in repository, service and controller alike; `logger.error` followed by `next(error)`; a job that logs and fails while the queue’s `failed` handler logs too.',
  sparesFor: [
    'Rethrown with `cause` and without logging.',
    'Logged at debug, counted by a metric, or annotated on the span.',
    'The last place, where the error ends: error handler, worker’s `failed`, main.',
    'Logged here because it is answered here and goes no further.',
  ],
  fix: "Either handle and log, or add context by `new Error('…', { cause })` and throw. One place logs: the framework’s error handler, the worker’s. Expected errors (4xx) at info.",
  numbers: [
    'pino’s standard error serialiser writes the whole chain of causes into 1 entry [pino-std-serializers, err].',
  ],
  siblings: ['swallowed-error', 'structured-logging', 'leaking-error-answer'],
  covers: ['error logged and rethrown twice'],
  wrong: {
    language: 'ts',
    stack: 'NestJS',
    text: `async place(input: NewOrder) {
  try {
    return await this.orders.insert(input)
  } catch (error) {
    this.logger.error('could not place order', error)
    throw error
  }
}`,
  },
  right: {
    language: 'ts',
    stack: 'NestJS',
    text: `async place(input: NewOrder) {
  try {
    return await this.orders.insert(input)
  } catch (error) {
    throw new Error(\`order of customer \${input.customerId}\`, { cause: error })
  }
}`,
  },
  executedBy: 'by-hand',
}
