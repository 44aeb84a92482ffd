export interface Scored {
  id: number
  score: number
  createdAt: Date
}

const HALF_LIFE_HOURS = 12

export function decayed(item: Scored, now = new Date()): number {
  const hours = Math.max(0, now.getTime() - item.createdAt.getTime()) / 3_600_000
  return item.score * 0.5 ** (hours / HALF_LIFE_HOURS)
}

export function ranked<T extends Scored>(items: readonly T[], now = new Date()): T[] {
  return items
    .map((item) => ({ item, weight: decayed(item, now) }))
    .sort((left, right) => right.weight - left.weight || right.item.id - left.item.id)
    .map(({ item }) => item)
}
