export type { CheckContext, Checker, CheckResult, RuleInfo } from './checker.js'
export type { Confidence, Edit, Finding, Note, Position, Span, Step } from './finding.js'
export { review, type Review, type ReviewOptions } from './review.js'
export type { FileKind, SourceFile } from './sources/source-file.js'
