/** Every pattern, in the order of the book. A test proves that no file of the folder is missing here. */
import type { Pattern } from './entry.js'

export const patterns: readonly Pattern[] = []
