export type { Confidence, Edit, Finding, Note, Position, Span, Step } from './finding.js'
