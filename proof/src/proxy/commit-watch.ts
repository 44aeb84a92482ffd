/**
 * Knows which message of a connection commits: a simple query with COMMIT, or the Execute of a portal that was bound to a
 * statement whose text is COMMIT. Only the client's side is read: a Parse that the server refused is believed.
 */
import { commits } from './sql-commits.js'

export class CommitWatch {
  /** Prepared statements and portals by name, whether they commit. */
  readonly #statements = new Map<string, boolean>()
  readonly #portals = new Map<string, boolean>()

  /** Takes the next message of the client; true if it is the one that commits. */
  sees(type: string, body: Buffer): boolean {
    switch (type) {
      case 'Q':
        return commits(textAt(body, 0).text)
      case 'P': {
        const name = textAt(body, 0)
        this.#statements.set(name.text, commits(textAt(body, name.end).text))
        return false
      }
      case 'B': {
        const portal = textAt(body, 0)
        const statement = textAt(body, portal.end).text
        this.#portals.set(portal.text, this.#statements.get(statement) ?? false)
        return false
      }
      case 'C':
        this.#close(body)
        return false
      case 'E':
        return this.#portals.get(textAt(body, 0).text) ?? false
      default:
        return false
    }
  }

  #close(body: Buffer): void {
    const known = body[0] === 'S'.charCodeAt(0) ? this.#statements : this.#portals
    known.delete(textAt(body, 1).text)
  }
}

/** A text that a zero byte ends, and where the next one begins. */
function textAt(body: Buffer, begin: number): { readonly text: string; readonly end: number } {
  const zero = body.indexOf(0, begin)
  const end = zero === -1 ? body.length : zero
  return { text: body.toString('utf8', begin, end), end: end + 1 }
}
