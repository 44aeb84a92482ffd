/** Reads `git diff --unified=0`: which lines of which files are new or stand beside lines that went. */

export interface LineRange {
  readonly first: number
  readonly last: number
}

export function changedLines(diff: string): Map<string, readonly LineRange[]> {
  const files = new Map<string, LineRange[]>()
  let ranges: LineRange[] | undefined
  // Lines of the files themselves: as many as the hunk announced, whatever they look like.
  let remaining = 0
  for (const line of diff.split('\n')) {
    if (remaining > 0 && /^[-+]/.test(line)) {
      remaining -= 1
      continue
    }
    const hunk = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line)
    if (hunk !== null) {
      const [, removed = '1', start, added = '1'] = hunk
      ranges?.push(rangeOf(Number(start), Number(added)))
      remaining = Number(removed) + Number(added)
    } else if (line.startsWith('+++ ')) {
      const path = pathOf(line.slice(4))
      ranges = path === undefined ? undefined : []
      if (path !== undefined && ranges !== undefined) files.set(path, ranges)
    }
  }
  return files
}

/** Where lines only went, their neighbours count: what they held may have protected these. */
const rangeOf = (start: number, added: number): LineRange =>
  added === 0 ? { first: start, last: start + 1 } : { first: start, last: start + added - 1 }

/** Undefined for `/dev/null`. A name with spaces ends with a tab, one with other signs is quoted as in C. */
function pathOf(text: string): string | undefined {
  const name = text.startsWith('"') ? unquoted(text.slice(1, text.lastIndexOf('"'))) : text.replace(/\t$/, '')
  return name.startsWith('b/') ? name.slice(2) : undefined
}

const ESCAPES: Readonly<Record<string, number>> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13 }

/** Git escapes bytes: what is beyond ASCII are several. */
function unquoted(text: string): string {
  const parts = text.match(/\\[0-7]{3}|\\[^]|[^\\]+/g) ?? []
  const bytes = parts.map((part) => {
    if (!part.startsWith('\\')) return Buffer.from(part, 'utf8')
    const code = part.length === 4 ? Number.parseInt(part.slice(1), 8) : ESCAPES[part.slice(1)]
    return code === undefined ? Buffer.from(part.slice(1), 'utf8') : Buffer.from([code])
  })
  return Buffer.concat(bytes).toString('utf8')
}
