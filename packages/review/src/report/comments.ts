/**
 * The comments of a file, by its kind. They come from a parser or a scanner that knows strings, so that text in a string which looks
 * like a comment is none.
 */
import { parseSync } from 'oxc-parser'
import type { SourceFile } from '../sources/source-file.js'

export interface Comment {
  /** Without the signs that open and close it. */
  readonly text: string
  /** Offsets of the whole comment, signs included; `end` is behind the last character. */
  readonly start: number
  readonly end: number
}

export function commentsOf(file: SourceFile): readonly Comment[] {
  switch (file.kind) {
    case 'script':
      return scriptComments(file)
    case 'sql':
      return scanned(file.text, SQL)
    case 'prisma':
      return scanned(file.text, PRISMA)
    case 'package':
    case 'tsconfig':
      return []
  }
}

function scriptComments({ path, text }: SourceFile): readonly Comment[] {
  return parseSync(path, text).comments.map(({ value, start, end }) => ({ text: value, start, end }))
}

/** What a scanner steps over or takes, tried in this order; comments are the group `comment`. */
const SQL =
  /--(?<comment>[^\n]*)|(?<block>\/\*)|\b[eE]'(?:[^'\\]|\\[^]|'')*(?:'|$)|'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|(?<dollar>\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$)/g
const PRISMA = /\/\/(?<comment>[^\n]*)|(?<block>\/\*)|"(?:[^"\\\n]|\\[^\n])*(?:"|$)/g

function scanned(text: string, pattern: RegExp): readonly Comment[] {
  const comments: Comment[] = []
  const scanner = new RegExp(pattern)
  for (let match = scanner.exec(text); match !== null; match = scanner.exec(text)) {
    const start = match.index
    const { comment, block, dollar } = match.groups!
    if (comment !== undefined) comments.push({ text: comment, start, end: start + match[0].length })
    if (block !== undefined) {
      const end = endOfBlock(text, start)
      comments.push({ text: text.slice(start + 2, Math.max(start + 2, end - 2)), start, end })
      scanner.lastIndex = end
    }
    if (dollar !== undefined) {
      const close = text.indexOf(dollar, scanner.lastIndex)
      scanner.lastIndex = close < 0 ? text.length : close + dollar.length
    }
  }
  return comments
}

/** Block comments of SQL nest; where they do not, nobody writes an opening in one. */
function endOfBlock(text: string, start: number): number {
  const signs = /\/\*|\*\//g
  signs.lastIndex = start
  let depth = 0
  for (let sign = signs.exec(text); sign !== null; sign = signs.exec(text)) {
    depth += sign[0] === '/*' ? 1 : -1
    if (depth === 0) return signs.lastIndex
  }
  return text.length
}
