/** The word that was probably meant, for messages about words that are not known. */

/** The candidate nearest to `word`; undefined where none is near enough to be what a person meant. */
function nearest(word: string, candidates: readonly string[]): string | undefined {
  const longest = Math.max(1, Math.floor(word.length / 3))
  const near = candidates
    .map((candidate) => ({ candidate, distance: distanceOf(word, candidate) }))
    .filter(({ distance }) => distance <= longest)
    .sort((a, b) => a.distance - b.distance)
  return near[0]?.candidate ?? candidates.find((candidate) => word.length > 3 && candidate.includes(word))
}

/** "Did you mean `x`?" with a space in front, or nothing. */
export function suggestion(word: string, candidates: readonly string[]): string {
  const meant = nearest(word, candidates)
  return meant === undefined ? '' : ` Did you mean \`${meant}\`?`
}

/** Levenshtein's: letters to insert, delete or replace. */
function distanceOf(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      row.push(Math.min(replaced, above[j]! + 1, row[j - 1]! + 1))
    }
    above = row
  }
  return above[b.length]!
}
