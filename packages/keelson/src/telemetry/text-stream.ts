/** Log lines for people: time, level, message, and the fields that say something, in one short line. */
import type { DestinationStream } from 'pino'

type Fields = Readonly<Record<string, unknown>>

const SHOWN_ELSEWHERE: ReadonlySet<string> = new Set(['time', 'level', 'msg', 'err', 'requestId'])

/** A stream that takes pino's JSON lines and writes text lines to `to`. */
export const textStream = (to: DestinationStream): DestinationStream => ({
  write(line) {
    to.write(textLine(line))
  },
})

function textLine(line: string): string {
  let fields: Fields
  try {
    fields = JSON.parse(line) as Fields
  } catch {
    return line
  }
  const time = String(fields['time']).slice(11, 19)
  const level = fields['level'] === 'info' ? '' : ` ${String(fields['level']).toUpperCase()}`
  const rest = Object.entries(fields)
    .filter(([name]) => !SHOWN_ELSEWHERE.has(name))
    .map(([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
  return `${time}${level} ${typeof fields['msg'] === 'string' ? fields['msg'] : ''}${rest.join('')}${errorText(fields['err'])}\n`
}

const errorText = (error: unknown): string => {
  if (typeof error !== 'object' || error === null) return ''
  const { stack, message } = error as { stack?: unknown; message?: unknown }
  return `\n  ${String(stack ?? message).replaceAll('\n', '\n  ')}`
}
