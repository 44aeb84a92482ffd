/**
 * Whether a text of SQL commits: a statement of it begins with COMMIT or END. The word within a string, a quoted name, a
 * dollar-quoted body or a comment is data. The bodies of `begin atomic` functions are not known here.
 */

/** One token, in the order of trial; what is never closed reaches to the end. */
const TOKEN = new RegExp(
  [
    /--[^\n]*/,
    /[eE]'(?:[^'\\]|\\[\s\S]|'')*(?:'|$)/,
    /'[^']*(?:'|$)/,
    /"[^"]*(?:"|$)/,
    /\$([A-Za-z_\u0080-\uffff]?[\w\u0080-\uffff]*)\$[\s\S]*?(?:\$\1\$|$)/,
    /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/,
    /\s+/,
    /[\s\S]/,
  ]
    .map((part) => part.source)
    .join('|'),
  'y',
)

export function commits(sql: string): boolean {
  // Almost no text comes near.
  if (!/commit|end/i.test(sql)) return false
  let isFirst = true
  for (let at = 0; at < sql.length;) {
    const comment = blockCommentAt(sql, at)
    if (comment > at) {
      at = comment
      continue
    }
    TOKEN.lastIndex = at
    const token = TOKEN.exec(sql)![0]
    at += token.length
    if (token === ';') isFirst = true
    else if (token.trim() !== '' && !token.startsWith('--')) {
      if (isFirst && /^(commit|end)$/i.test(token)) return true
      isFirst = false
    }
  }
  return false
}

/** Where the comment that begins here ends; they nest. `at` itself where none begins. */
function blockCommentAt(sql: string, at: number): number {
  if (!sql.startsWith('/*', at)) return at
  let depth = 0
  for (let next = at; next < sql.length;) {
    if (sql.startsWith('/*', next)) {
      depth++
      next += 2
    } else if (sql.startsWith('*/', next)) {
      depth--
      next += 2
      if (depth === 0) return next
    } else next++
  }
  return sql.length
}
