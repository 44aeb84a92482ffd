/** Members that have run and wait for a group: first the parts of broken groups, then the deferred, then the rest. */
import type { Holds } from './in-flight.js'
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

  /**
   * The next group: members of one group key, at most so many and so many rows; one that must stand alone, alone.
   * Members that a group under way blocks keep their place. Empty if nothing can go now.
   */
  take(underWay: readonly Holds[]): readonly Member[] {
    const part = this.#parts.shift()
    if (part) return part
    for (const [groupKey, line] of this.#lines) {
      const { taken, left } = this.#split(line, underWay)
      if (taken.length === 0) continue
      // The lines take turns: this one goes to the end of the map if anything is left.
      this.#lines.delete(groupKey)
      if (left.length > 0) this.#lines.set(groupKey, left)
      return taken
    }
    return []
  }

  #split(line: readonly Member[], underWay: readonly Holds[]): { taken: Member[]; left: Member[] } {
    const taken: Member[] = []
    const left: Member[] = []
    let rows = 0
    for (const [at, member] of line.entries()) {
      const size = member.attempt.size
      const full =
        taken.length >= this.#membersMax ||
        (taken.length > 0 && (rows + size > this.#rowsMax || taken[0]!.alone))
      if (full) {
        for (let rest = at; rest < line.length; rest++) left.push(line[rest]!)
        break
      }
      if (underWay.some((group) => group.blocks(member)) || (member.alone && taken.length > 0))
        left.push(member)
      else {
        taken.push(member)
        rows += size
      }
    }
    return { taken, left }
  }
}
