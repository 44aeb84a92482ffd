/**
 * The shape of single files: their length, their names, and that they hold something of their own.
 */
import { basename } from 'node:path'

const LINES_MAX = 500
const LINES_WARN = 300

/** Past 500 lines a source file is split; past 300 there should be a reason. Tests are warned only. */
export function findLongFiles(sources) {
  const errors = []
  const warnings = []
  for (const { path, text, isTest } of sources) {
    const lines = text.trimEnd().split('\n').length
    if (lines > LINES_MAX && !isTest)
      errors.push(`${path}: ${lines} lines; split it, ${LINES_MAX} is the most`)
    else if (lines > (isTest ? LINES_MAX : LINES_WARN))
      warnings.push(`${path}: ${lines} lines; does it hold two ideas?`)
  }
  return { errors, warnings }
}

const COMMENTS = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm
const RE_EXPORTS = /^export\s+(?:type\s+)?(?:\*(?:\s+as\s+[\w$]+)?|\{[^}]*\})\s*from\s*'[^']+';?/gm

/** A file that only passes on what others export hides where things are; `src/index.ts` of a package may. */
export function findBarrels(sources) {
  return sources
    .filter(({ path }) => !/^packages\/[^/]+\/src\/index\.ts$/.test(path))
    .filter(({ text }) => {
      const code = text.replaceAll(COMMENTS, '')
      return RE_EXPORTS.test(code) && code.replaceAll(RE_EXPORTS, '').trim() === ''
    })
    .map(({ path }) => `${path}: only re-exports; import from the files themselves`)
}

const FORBIDDEN = new Set(['util', 'utils', 'helper', 'helpers', 'common', 'misc', 'manager', 'managers'])

/** Names that say nothing of what is inside. */
export function findForbiddenNames(sources) {
  return sources.flatMap(({ path }) => {
    const words = path.split(/[/.-]/)
    const word = basename(path) === 'types.ts' ? 'types.ts' : words.find((part) => FORBIDDEN.has(part))
    return word === undefined
      ? []
      : [`${path}: "${word}" does not say what is inside; name it by its one idea`]
  })
}
