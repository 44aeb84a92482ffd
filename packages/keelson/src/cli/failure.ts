/** What a command that failed says, and with which code it ends: a sentence for people where we know one. */
import { KeelsonError } from '../errors.js'

/** The command line itself is wrong. Ends with exit code 2. */
export class UsageError extends Error {}

/** Something that the person at the keyboard can put right; told without a stack. */
export class Obstacle extends Error {}

export const exitCodeOf = (error: unknown): number => (error instanceof UsageError ? 2 : 1)

export function messageOf(error: unknown): string {
  if (error instanceof UsageError) return `${error.message}\nkeelson --help tells what there is.`
  if (error instanceof Obstacle) return error.message
  if (error instanceof KeelsonError && error.status !== 500) return withCause(error)
  if (error instanceof KeelsonError && PLAIN.has(error.code)) return error.message
  // @keelson/embedded is loaded only when needed, so that its class is not at hand.
  if (error instanceof Error && error.name === 'EmbeddedError') return error.message
  if (error instanceof Error) return withCause(error, error.stack)
  return String(error)
}

const PLAIN: ReadonlySet<string> = new Set([
  'invalid_definition',
  'invalid_configuration',
  'migration_failed',
])

function withCause(error: Error, text = error.message): string {
  const { cause } = error
  return cause instanceof Error ? `${text}\n  because: ${cause.message || cause.name}` : text
}
