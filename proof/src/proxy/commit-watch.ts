/**
 * Tells the message by which a COMMIT is executed: as a simple query, or as the execution of a portal whose statement was
 * parsed with that text, perhaps long before. Texts inside of data do not matter.
 */
import type { Message } from './messages.js'

const COMMIT = /^\s*(commit|end)\s*;?\s*$/i

export class CommitWatch {
  /** Names of prepared statements that commit; '' is the unnamed one. */
  readonly #statements = new Set<string>()
  readonly #portals = new Set<string>()

  /** Sees every message of a connection, in order. */
  isCommit({ type, bytes }: Message): boolean {
    switch (type) {
      case 'Q':
        return COMMIT.test(textAt(bytes, 5))
      case 'P': {
        const name = textAt(bytes, 5)
        set(this.#statements, name, COMMIT.test(textAt(bytes, 6 + Buffer.byteLength(name))))
        return false
      }
      case 'B': {
        const portal = textAt(bytes, 5)
        set(this.#portals, portal, this.#statements.has(textAt(bytes, 6 + Buffer.byteLength(portal))))
        return false
      }
      case 'C': {
        const names = bytes[5] === 0x53 ? this.#statements : this.#portals
        names.delete(textAt(bytes, 6))
        return false
      }
      case 'E':
        return this.#portals.has(textAt(bytes, 5))
      case undefined:
      default:
        return false
    }
  }
}

function set(names: Set<string>, name: string, isIn: boolean): void {
  if (isIn) names.add(name)
  else names.delete(name)
}

/** The zero-terminated text that begins there. */
function textAt(bytes: Buffer, start: number): string {
  const end = bytes.indexOf(0, start)
  return bytes.toString('utf8', start, end < 0 ? bytes.length : end)
}
