/** Every sharp edge, in the order of the book. A test proves that no file of the folder is missing here. */
import type { SharpEdge } from './entry.js'

export const sharpEdges: readonly SharpEdge[] = []
