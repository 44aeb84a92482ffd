/**
 * Tells code that a tool wrote from code that people keep, by its text. Migrations are never asked: most are generated, and all are
 * run on somebody's tables.
 */

/** A header is in the first lines; further down the words are about something else. */
const HEADER_LENGTH = 1_500
const GENERATED = [
  /@generated\b/,
  /\bgenerated\b[^]{0,120}\bdo(?: not|n't) (?:edit|modify|change)\b/i,
  /\bdo(?: not|n't) (?:edit|modify|change)\b[^]{0,120}\bgenerated\b/i,
  /\bthis (?:file|code|module) (?:is|was|has been) (?:auto(?:matically)?[ -]?)?generated\b/i,
]

/** Whether the comments that open the file say that it is generated. */
function isGenerated(text: string): boolean {
  const header = openingComments(text.slice(0, HEADER_LENGTH))
  return header !== '' && GENERATED.some((pattern) => pattern.test(header))
}

/** The comments in front of the first code; `'use strict'` and a hash bang count as none. */
function openingComments(text: string): string {
  return (
    /^(?:\s+|#![^\n]*|['"]use [a-z]+['"];?|\/\/[^\n]*|\/\*(?:[^*]|\*(?!\/))*(?:\*\/|$))*/
      .exec(text)?.[0]
      .trim() ?? ''
  )
}

/** Nobody writes lines of 400 characters on average; below 5,000 characters one long constant could make it so. */
const MINIFIED_FROM_LENGTH = 5_000
const MINIFIED_LINE_LENGTH = 400

function isMinified(text: string, lines: number): boolean {
  return text.length >= MINIFIED_FROM_LENGTH && text.length / lines >= MINIFIED_LINE_LENGTH
}

/** Whether the JavaScript or TypeScript in `text` is minified or generated. */
export function isMadeByTools(text: string, lines: number): boolean {
  return isMinified(text, lines) || isGenerated(text)
}
