/** Lists for the person at the keyboard. */

/** Lines of columns, with their names above. */
export function columns(names: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = names.map((name, at) => Math.max(name.length, ...rows.map((row) => row[at]!.length)))
  const lineOf = (row: readonly string[]): string =>
    row
      .map((text, at) => text.padEnd(widths[at]!))
      .join('  ')
      .trimEnd()
  return [names, ...rows].map((row) => `${lineOf(row)}\n`).join('')
}

/** What handlers were given and what they threw may hold anything: nothing of it shall steer the terminal. */
export const plain = (text: string): string =>
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '\ufffd')
