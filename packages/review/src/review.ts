/**
 * One review: reads the files, asks every checker, and puts what they found into one order. Whatever a project holds and whatever a
 * checker does, a review ends with findings and notes; it throws only where the root cannot be read.
 */
import type { Checker, CheckContext, CheckResult } from './checker.js'
import type { Finding, Note } from './finding.js'
import { migrationsChecker } from './migrations/checker.js'
import { prismaSchemaChecker } from './schemas/prisma-checker.js'
import { inOrder } from './report/order.js'
import { codeChecker } from './rules/checker.js'
import { readSources } from './sources/read-sources.js'
import type { SourceFile } from './sources/source-file.js'

/** Every part of the analysis. */
const CHECKERS: readonly Checker[] = [codeChecker, migrationsChecker, prismaSchemaChecker]

export interface ReviewOptions {
  /** Only these rules. */
  readonly rules?: readonly string[]
  /** Patterns as of `.gitignore`, from the root. */
  readonly exclude?: readonly string[]
  /** Folders of migrations, from the root; found by their names where there are none. */
  readonly migrationFolders?: readonly string[]
  /** Other checkers than the built-in ones. */
  readonly checkers?: readonly Checker[]
}

export interface Review {
  /** Absolute, links resolved. */
  readonly root: string
  readonly findings: readonly Finding[]
  readonly notes: readonly Note[]
  readonly filesRead: number
  readonly linesRead: number
  readonly elapsedMs: number
}

export async function review(root: string, options: ReviewOptions = {}): Promise<Review> {
  const startedAtMs = performance.now()
  const { rules, exclude, migrationFolders = [], checkers = CHECKERS } = options
  const sources = readSources(root, { exclude })
  const isOn = (rule: string): boolean => rules === undefined || rules.includes(rule)
  const context: CheckContext = { root: sources.root, isOn, migrationFolders }
  const results = await Promise.all(checkers.map((checker) => resultOf(checker, sources.files, context)))
  return {
    root: sources.root,
    findings: inOrder(results.flatMap(({ findings }) => findings).filter(({ rule }) => isOn(rule))),
    notes: [...sources.notes, ...results.flatMap(({ notes }) => notes)],
    filesRead: sources.files.length,
    linesRead: sources.lines,
    elapsedMs: performance.now() - startedAtMs,
  }
}

/** What a checker throws is a defect of ours: the others go on, and the user is told. */
async function resultOf(
  checker: Checker,
  files: readonly SourceFile[],
  context: CheckContext,
): Promise<CheckResult> {
  if (!checker.rules.some(({ id }) => context.isOn(id))) return { findings: [], notes: [] }
  try {
    return await checker.check(files, context)
  } catch (error) {
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error)
    const message = `a defect of the reviewer: ${checker.name} gave up, and what it looks for was not reported: ${reason}`
    return { findings: [], notes: [{ file: '.', message }] }
  }
}
