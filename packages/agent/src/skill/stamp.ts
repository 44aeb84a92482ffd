/**
 * A stamp at the end of what the command writes: that it wrote it, and a hash of what stands above. So a later run knows, without a
 * list kept anywhere, what is its own and unchanged, and leaves everything else alone.
 */
import { createHash } from 'node:crypto'

const STAMP = /\n<!-- keelson skill: written by `keelson skill install`, sha256 ([0-9a-f]{64}) -->\n$/
const SECTION =
  /<!-- keelson skill: begin, sha256 ([0-9a-f]{64}) -->\n([\s\S]*?)<!-- keelson skill: end -->\n?/

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')

export const stamped = (text: string): string =>
  `${text}\n<!-- keelson skill: written by \`keelson skill install\`, sha256 ${hashOf(text)} -->\n`

/** Whether the command wrote this, and nobody has changed it since. Line ends may have been converted by Git. */
export function isOwn(text: string): boolean {
  const plain = text.replaceAll('\r\n', '\n')
  const match = STAMP.exec(plain)
  return match !== null && hashOf(plain.slice(0, match.index)) === match[1]
}

/** A part of a file that is the user's. */
export const section = (text: string): string =>
  `<!-- keelson skill: begin, sha256 ${hashOf(text)} -->\n${text}<!-- keelson skill: end -->\n`

export interface FoundSection {
  readonly before: string
  readonly after: string
  /** As it was written, unchanged. */
  readonly isOwn: boolean
}

/** The section in a file; undefined where there is none. */
export function findSection(file: string): FoundSection | undefined {
  const match = SECTION.exec(file)
  if (match === null) return undefined
  return {
    before: file.slice(0, match.index),
    after: file.slice(match.index + match[0].length),
    isOwn: hashOf(match[2]!.replaceAll('\r\n', '\n')) === match[1],
  }
}
