/** The `Idempotency-Key` of an operation in the OpenAPI document: whether it must be sent, and for how long it counts. */
import type { CompiledOperation } from '../operation/compiled.js'
import type { JsonSchema } from '../schema/json-schema.js'

/** `keepSeconds`: how long answers are kept at least. */
export const idempotencyKeyParameter = (
  { requiresKey, allow }: CompiledOperation,
  keepSeconds: number,
): JsonSchema => ({
  name: 'Idempotency-Key',
  in: 'header',
  required: requiresKey,
  description: [
    `Makes repetitions safe: for ${spelled(keepSeconds)} the first answer is given again.`,
    '1 to 255 visible characters, such as a UUID; quotes around them do not count.',
    ...(typeof allow === 'object' && allow.kind === 'anyone'
      ? ['Of callers who are not signed in: 128 random bits, such as 32 hexadecimal digits.']
      : []),
  ].join(' '),
  schema: { type: 'string', minLength: 1, maxLength: 255 },
})

const UNITS: readonly (readonly [number, string])[] = [
  [86_400, 'day'],
  [3600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
]

/** `86400` is `1 day`. */
function spelled(seconds: number): string {
  const [size, unit] = UNITS.find(([each]) => seconds % each === 0)!
  const count = seconds / size
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}
