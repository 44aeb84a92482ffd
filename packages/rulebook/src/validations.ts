/** Every validation, in the order of the book. A test proves that no file of the folder is missing here. */
import type { Validation } from './entry.js'

export const validations: readonly Validation[] = []
