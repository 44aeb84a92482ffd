export type { Code, Entry, Pattern, Severity, SharpEdge, Validation } from './entry.js'
