/**
 * Splits SQL text into its statements, as Postgres' lexer would, so that a failure can be told with its line. Knows
 * strings, quoted names, dollar quotes, comments (nested), and the bodies of `begin atomic … end`.
 */

export interface SqlStatement {
  readonly sql: string
  /** Offset in the text at which `sql` starts. */
  readonly start: number
}

/** Each matches at the lexer's position; what follows a match starts a new token. */
const TOKENS = {
  space: /\s+/y,
  lineComment: /--[^\n]*/y,
  escapedString: /[eE]'(?:[^'\\]|\\.|'')*'?/sy,
  string: /'(?:[^']|'')*'?/y,
  quotedName: /"(?:[^"]|"")*"?/y,
  dollarTag: /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y,
  word: /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y,
  // Digits and parameters, so that `1e` or `$1` start no other token.
  number: /[\d$][\w.]*/y,
} as const

export function splitStatements(text: string): SqlStatement[] {
  const statements: SqlStatement[] = []
  let at = 0
  let start: number | undefined
  let words: string[] = []
  let blocks = 0
  const token = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    return pattern.exec(text)?.[0]
  }
  const finish = (): void => {
    if (start !== undefined) statements.push({ sql: text.slice(start, at), start })
    start = undefined
    words = []
    blocks = 0
  }
  while (at < text.length) {
    const ignored = token(TOKENS.space) ?? token(TOKENS.lineComment) ?? blockComment(text, at)
    if (ignored !== undefined) {
      at += ignored.length
      continue
    }
    if (text[at] === ';' && blocks === 0) {
      finish()
      at++
      continue
    }
    start ??= at
    const quoted =
      token(TOKENS.escapedString) ??
      token(TOKENS.string) ??
      token(TOKENS.quotedName) ??
      dollarQuoted(text, at)
    const word = quoted === undefined ? token(TOKENS.word) : undefined
    if (word !== undefined) {
      const lower = word.toLowerCase()
      if (lower === 'atomic' && words.at(-1) === 'begin') blocks++
      else if (blocks > 0 && lower === 'case') blocks++
      else if (blocks > 0 && lower === 'end') blocks--
      words = [lower]
    } else {
      words = []
    }
    at += (quoted ?? word ?? token(TOKENS.number) ?? text[at]!).length
  }
  finish()
  return statements
}

function dollarQuoted(text: string, at: number): string | undefined {
  TOKENS.dollarTag.lastIndex = at
  const tag = TOKENS.dollarTag.exec(text)?.[0]
  if (tag === undefined) return undefined
  const end = text.indexOf(tag, at + tag.length)
  return text.slice(at, end === -1 ? text.length : end + tag.length)
}

function blockComment(text: string, at: number): string | undefined {
  if (!text.startsWith('/*', at)) return undefined
  let depth = 0
  for (let position = at; position < text.length; position++) {
    if (text.startsWith('/*', position)) {
      depth++
      position++
    } else if (text.startsWith('*/', position)) {
      depth--
      position++
      if (depth === 0) return text.slice(at, position + 1)
    }
  }
  return text.slice(at)
}
