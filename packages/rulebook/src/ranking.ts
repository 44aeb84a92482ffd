/**
 * A ranking by words, BM25 over weighted fields (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009).
 * Deterministic: equal scores keep the order in which the documents were given.
 */
import { wordsOf } from './words.js'

/** A text, and how much a word in it counts. */
export interface Field {
  readonly text: string
  readonly weight: number
}

export interface Ranked<T> {
  readonly found: T
  /** Above 0; comparable within one answer only. */
  readonly score: number
}

/** How quickly further occurrences of a word stop to count, and how much long documents are held back. */
const SATURATION = 1.2
const LENGTH = 0.6

interface Indexed<T> {
  readonly found: T
  readonly weights: ReadonlyMap<string, number>
  readonly length: number
}

export class Ranking<T> {
  readonly #documents: readonly Indexed<T>[]
  readonly #holders = new Map<string, number>()
  readonly #lengthMean: number

  constructor(documents: readonly T[], fieldsOf: (document: T) => readonly Field[]) {
    this.#documents = documents.map((found) => indexed(found, fieldsOf(found)))
    const total = this.#documents.reduce((sum, { length }) => sum + length, 0)
    this.#lengthMean = total / Math.max(1, documents.length)
    for (const { weights } of this.#documents)
      for (const word of weights.keys()) this.#holders.set(word, (this.#holders.get(word) ?? 0) + 1)
  }

  /** Documents that hold at least one word of the query, best first. */
  rank(query: string, max: number): Ranked<T>[] {
    const words = [...new Set(wordsOf(query))]
    return this.#documents
      .map((document) => ({ found: document.found, score: this.#score(document, words) }))
      .filter(({ score }) => score > 0)
      .toSorted((one, other) => other.score - one.score)
      .slice(0, max)
  }

  #score({ weights, length }: Indexed<T>, words: readonly string[]): number {
    const held = SATURATION * (1 - LENGTH + (LENGTH * length) / this.#lengthMean)
    let score = 0
    for (const word of words) {
      const weight = weights.get(word) ?? 0
      score += this.#rarity(word) * ((weight * (SATURATION + 1)) / (weight + held))
    }
    return score
  }

  #rarity(word: string): number {
    const holders = this.#holders.get(word) ?? 0
    return Math.log(1 + (this.#documents.length - holders + 0.5) / (holders + 0.5))
  }
}

function indexed<T>(found: T, fields: readonly Field[]): Indexed<T> {
  const weights = new Map<string, number>()
  let length = 0
  for (const { text, weight } of fields) {
    for (const word of wordsOf(text)) {
      weights.set(word, (weights.get(word) ?? 0) + weight)
      length++
    }
  }
  return { found, weights, length }
}
