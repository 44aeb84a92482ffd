/** Members that have run and wait for a group: first the parts of broken groups, then the deferred, then the rest. */
import type { Member } from './member.js'

export class Queue {
  readonly #membersMax: number
  readonly #rowsMax: number
  #parts: (readonly Member[])[] = []
  /** One line for each group key. */
  readonly #lines = new Map<string, Member[]>()

  constructor(membersMax: number, rowsMax: number) {
    this.#membersMax = membersMax
    this.#rowsMax = rowsMax
  }

  get isEmpty(): boolean {
    return this.#parts.length === 0 && this.#lines.size === 0
  }

  push(member: Member, toFront = false): void {
    const line = this.#lines.get(member.groupKey)
    if (!line) this.#lines.set(member.groupKey, [member])
    else if (toFront) line.unshift(member)
    else line.push(member)
  }

  /** In order, ahead of those that wait. */
  unshift(members: readonly Member[]): void {
    for (const member of members.toReversed()) this.push(member, true)
  }

  pushParts(parts: readonly (readonly Member[])[]): void {
    this.#parts.push(...parts.filter((part) => part.length > 0))
  }

  /** The next group: members of one group key, at most so many and so many rows; one that must stand alone, alone. */
  take(): readonly Member[] {
    const part = this.#parts.shift()
    if (part) return part
    for (const [groupKey, line] of this.#lines) {
      // The lines take turns: this one goes to the end of the map if anything is left.
      this.#lines.delete(groupKey)
      const count = this.#fitting(line)
      const taken = count === line.length ? line : line.splice(0, count)
      if (taken !== line) this.#lines.set(groupKey, line)
      return taken
    }
    return []
  }

  #fitting(line: readonly Member[]): number {
    if (line[0]!.alone) return 1
    let rows = 0
    for (let count = 0; count < line.length; count++) {
      const member = line[count]!
      rows += member.attempt.size
      if (count > 0 && (member.alone || count >= this.#membersMax || rows > this.#rowsMax)) return count
    }
    return line.length
  }
}
