/** Code as it may be shown where it holds a secret: long texts are cut short in place, so that lines and columns stay. */

const SHOWN = 4

/** Every quoted text of eight characters and more, its first four followed by asterisks. */
export const maskedLiterals = (code: string): string =>
  code.replaceAll(
    /(['"`])((?:(?!\1|\n)[^\\]|\\.){8,})\1/g,
    (_, quote: string, text: string) =>
      `${quote}${text.slice(0, SHOWN)}${'*'.repeat(text.length - SHOWN)}${quote}`,
  )
