/** One run of the command: reviews, and sends what was found where it was asked for. Returns the exit code. */
import { existsSync, realpathSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { CHECKERS, rulesOf } from '../checkers.js'
import { suggestion } from '../nearest.js'
import { BASELINE_FILE, compare, readBaseline, writeBaseline, type Compared } from '../report/baseline.js'
import { changesSince } from '../report/changed.js'
import { coloursFor } from '../report/colours.js'
import { renderGithub } from '../report/github.js'
import { renderJson } from '../report/json.js'
import { isWithin, outcomeOf, type Outcome } from '../report/outcome.js'
import { renderSarif } from '../report/sarif.js'
import { renderText } from '../report/text.js'
import { review, type Review } from '../review.js'
import type { Format, ReviewCommand } from './arguments.js'
import { openBook, type Book } from './book.js'
import { UsageError } from './failure.js'
import { runFixes } from './fixes.js'
import { pathsWithin } from './paths.js'
import { showProgress } from './progress.js'

export interface Surroundings {
  readonly environment: NodeJS.ProcessEnv
  readonly stdoutIsTerminal: boolean
  readonly version: string
  /** Reports. */
  readonly write: (text: string) => void
  /** What is said beside them. */
  readonly say: (text: string) => void
  readonly stderr: NodeJS.WriteStream
}

/** Throws UsageError, SettingsError, BaselineError and GitError. */
export async function run(command: ReviewCommand, around: Surroundings): Promise<number> {
  const root = rootOf(command.root)
  const paths = pathsWithin(root, command.paths)
  checkRules(command.rules)
  let reviewed = await reviewWithProgress(root, command, around)
  if (command.baseline.use === 'write') return writeNewBaseline(reviewed, command, around)
  let outcome = await outcomeFor(reviewed, paths, command)
  if (
    command.fix !== undefined &&
    runFixes(outcome.findings, reviewed, command.fix === 'dry-run', around.say)
  ) {
    reviewed = await reviewWithProgress(root, command, around)
    outcome = await outcomeFor(reviewed, paths, command)
  }
  tellUnread(paths, reviewed, around)
  await report(outcome, command, around)
  return outcome.failing > 0 ? 1 : 0
}

function rootOf(folder: string): string {
  if (!existsSync(folder) || !statSync(folder).isDirectory())
    throw new UsageError(`--root names \`${folder}\`, which is no folder.`)
  return realpathSync(folder)
}

function checkRules(rules: readonly string[] | undefined): void {
  const ids = rulesOf(CHECKERS).map(({ id }) => id)
  for (const rule of rules ?? [])
    if (!ids.includes(rule))
      throw new UsageError(
        `There is no rule \`${rule}\`.${suggestion(rule, ids)} --list-rules shows them all.`,
      )
}

async function reviewWithProgress(
  root: string,
  { rules }: ReviewCommand,
  around: Surroundings,
): Promise<Review> {
  const stop = showProgress(around.stderr)
  try {
    return await review(root, { rules })
  } finally {
    stop()
  }
}

function writeNewBaseline(
  reviewed: Review,
  { baseline, rules }: ReviewCommand,
  { say }: Surroundings,
): number {
  if (rules !== undefined)
    throw new UsageError('--write-baseline writes the findings of every rule: leave --rule away.')
  const file = resolve(baseline.file ?? join(reviewed.root, BASELINE_FILE))
  const count = writeBaseline(file, reviewed)
  say(`Wrote ${count} findings to ${file}: runs from now on report only others.\n`)
  return 0
}

async function outcomeFor(
  reviewed: Review,
  paths: readonly string[],
  command: ReviewCommand,
): Promise<Outcome> {
  const { settings, root } = reviewed
  return outcomeOf(reviewed, {
    rules: rulesOf(CHECKERS),
    compared: comparedWith(reviewed, command),
    failOn: command.failOn ?? settings.failOn ?? 'high',
    minConfidence: command.minConfidence ?? settings.minConfidence,
    paths,
    changes: command.changed === undefined ? undefined : await changesSince(root, command.changed.base),
  })
}

function comparedWith(reviewed: Review, { baseline, rules }: ReviewCommand): Compared {
  const usual = join(reviewed.root, BASELINE_FILE)
  const file = baseline.file ?? (existsSync(usual) ? usual : undefined)
  if (file === undefined || baseline.use === 'none')
    return { findings: reviewed.findings, hidden: [], gone: [] }
  return compare(reviewed, readBaseline(resolve(file)), (rule) => rules?.includes(rule) ?? true)
}

/** A path that was asked for and holds nothing that was read would look clean. */
function tellUnread(paths: readonly string[], { sources }: Review, { say }: Surroundings): void {
  const read = [...sources.keys()]
  for (const path of paths)
    if (!read.some((file) => isWithin(file, path)))
      say(
        `Nothing in \`${path}\` was read: it is ignored, excluded, generated, or of a kind that is not reviewed.\n`,
      )
}

async function report(outcome: Outcome, command: ReviewCommand, around: Surroundings): Promise<void> {
  const book = await openBook()
  for (const { format, file } of command.destinations) {
    const text = rendered(format, outcome, book, around, file !== undefined)
    if (file === undefined) around.write(text)
    else writeReport(file, text)
  }
}

function rendered(
  format: Format,
  outcome: Outcome,
  book: Book,
  { environment, stdoutIsTerminal, version }: Surroundings,
  isFile: boolean,
): string {
  switch (format) {
    case 'text':
      return renderText(outcome, book.entryOf, coloursFor(stdoutIsTerminal && !isFile, environment))
    case 'json':
      return renderJson(outcome)
    case 'sarif':
      return renderSarif(outcome, book, version)
    case 'github':
      return renderGithub(outcome, environment['GITHUB_WORKSPACE'])
  }
}

function writeReport(file: string, text: string): void {
  try {
    writeFileSync(file, text)
  } catch (error) {
    throw new UsageError(`--output ${file} cannot be written: ${(error as Error).message}`, { cause: error })
  }
}
