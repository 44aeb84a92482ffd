/** The public exports, and the only barrel. */
export type { CheckContext, Checker, CheckResult, RuleInfo } from './checker.js'
export { CHECKERS, rulesOf } from './checkers.js'
export type { Confidence, Edit, Finding, Note, Position, Span, Step } from './finding.js'
export type { Suppressed } from './report/suppressions.js'
export { review, type Review, type ReviewOptions } from './review.js'
export { NO_SETTINGS, SettingsError, type Settings } from './settings/settings.js'
export type { FailOn } from './severity.js'
export type { FileKind, SourceFile } from './sources/source-file.js'
