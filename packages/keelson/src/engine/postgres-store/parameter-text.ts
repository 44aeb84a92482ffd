/** Values that a user's SQL holds, as the text that travels: what `pg` makes of them when it sends them itself. */
import { KeelsonError } from '../../errors.js'

export function parameterText(value: unknown): string | null {
  if (value === null || value === undefined) return null
  if (typeof value === 'string') return value
  if (value instanceof Date) return value.toISOString()
  if (Buffer.isBuffer(value)) return `\\x${value.toString('hex')}`
  if (Array.isArray(value)) return `{${value.map(element).join(',')}}`
  if (typeof value === 'object') return JSON.stringify(value)
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
    return value.toString()
  throw new KeelsonError('invalid_use', { message: `SQL takes no ${typeof value} as a parameter.` })
}

/** An element of an array, quoted. */
function element(value: unknown): string {
  if (Array.isArray(value)) return parameterText(value)!
  const text = parameterText(value)
  return text === null ? 'NULL' : `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}
