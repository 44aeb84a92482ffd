/**
 * Cuts a script into statements without understanding them, so that one which Postgres' grammar refuses hides none of
 * the others. Knows strings, quoted names, dollar quotes, comments, commands of psql and the data behind COPY.
 */
import { commentEnd, lineEnd } from './parser.js'

export interface Cut {
  readonly sql: string
  readonly start: number
}

export function splitScript(text: string): Cut[] {
  const cuts: Cut[] = []
  let start = 0
  let at = 0
  const cut = (end: number, next: number): void => {
    const sql = text.slice(start, end)
    if (sql.trim() !== '') cuts.push({ sql, start })
    start = at = next
  }
  while (at < text.length) {
    const char = text[at]!
    if (char === ';') {
      const isCopy = /^\s*copy\b[\s\S]*\bfrom\s+stdin\b/i.test(text.slice(start, Math.min(at, start + 2000)))
      cut(at, isCopy ? copyEnd(text, at + 1) : at + 1)
    } else if (char === '\\' && text.slice(start, at).trim() === '') {
      // A command of psql takes its whole line.
      start = at = lineEnd(text, at)
    } else at = tokenEnd(text, at)
  }
  cut(text.length, text.length)
  return cuts
}

/** Behind the string, quoted name, dollar quote or comment that begins here, else behind one character. */
function tokenEnd(text: string, at: number): number {
  const char = text[at]!
  if (char === "'")
    return quoteEnd(text, at, "'", /[eE]/.test(text[at - 1] ?? '') && !/\w/.test(text[at - 2] ?? ''))
  if (char === '"') return quoteEnd(text, at, '"', false)
  if (text.startsWith('--', at)) return lineEnd(text, at)
  if (text.startsWith('/*', at)) return commentEnd(text, at)
  if (char === '$' && !/[\w$]/.test(text[at - 1] ?? '')) {
    DOLLAR.lastIndex = at
    const tag = DOLLAR.exec(text)?.[0]
    if (tag !== undefined) {
      const end = text.indexOf(tag, at + tag.length)
      return end < 0 ? text.length : end + tag.length
    }
  }
  return at + 1
}

const DOLLAR = /\$([A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y

function quoteEnd(text: string, from: number, quote: string, hasEscapes: boolean): number {
  for (let at = from + 1; at < text.length; at++) {
    if (hasEscapes && text[at] === '\\') at++
    else if (text[at] === quote) {
      if (text[at + 1] !== quote) return at + 1
      at++
    }
  }
  return text.length
}

function copyEnd(text: string, from: number): number {
  const end = /^\\\.[ \t]*\r?$/m.exec(text.slice(from))
  return end === null ? text.length : lineEnd(text, from + end.index)
}

/**
 * The text with what a tool fills in (`${schema}`, `{{ name }}`, `:name` of psql) replaced by names of the same length,
 * so that the grammar takes it and every offset stays.
 */
export function fillPlaceholders(text: string): string {
  return text
    .replace(/\$\{[^}\n]*\}|\{\{[^}\n]*\}\}|<%[^\n]*?%>/g, nameOfLength)
    .replace(/(?<![:\w]):(['"]?)[A-Za-z_]\w*\1/g, (found, quote: string) =>
      quote === '' ? nameOfLength(found) : `${quote}${'p'.repeat(found.length - 2)}${quote}`,
    )
}

const nameOfLength = (found: string): string => 'p'.repeat(found.length)
