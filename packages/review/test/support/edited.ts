/** Replaces parts of a text. Edits at one place are the same edit. */
export interface TextEdit {
  readonly start: number
  readonly end: number
  readonly text: string
}

export function edited(text: string, edits: readonly TextEdit[]): string {
  let result = ''
  let at = 0
  for (const edit of edits.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    if (edit.start < at) continue
    result += text.slice(at, edit.start) + edit.text
    at = edit.end
  }
  return result + text.slice(at)
}
