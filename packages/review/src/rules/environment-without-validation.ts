/**
 * Environment without validation: a service that reads `process.env` here and there, so that a missing or misspelt variable shows as a failure
 * of some request, days after the start. Told once for each package; where there is a checked configuration, only what goes past it is told.
 */
import type { Program } from '../program.js'
import type { Module } from '../modules/module.js'
import type { Rule } from '../rule.js'
import type { Node } from '../syntax/nodes.js'
import { environmentReads, type EnvironmentRead } from './environment-without-validation/reads.js'
import { checkedModules, hasCheckedConfiguration } from './environment-without-validation/checks.js'

/** What has a sense without being set. */
const HARMLESS =
  /^(?:NODE_ENV|PORT|HOST|TZ|CI|DEBUG|LOG_LEVEL|LOG_FORMAT|npm_\w+|HOME|PATH|PWD|USER|SHELL|TERM|COLUMNS|NO_COLOR|FORCE_COLOR|INIT_CWD|HOSTNAME|VERCEL\w*|K_SERVICE|GIT_\w+|COMMIT\w*|VERSION)$/
/** What is not the service: tools, their settings, and what is run by hand. */
const TOOLS =
  /(?:^|\/)(?:scripts?|bin|tools?|bench(?:marks?)?|tests?|e2e|migrations?|seeds?|cli|\.[^/]+)\/|(?:^|\/)(?:[\w.-]+\.config|knexfile|ormconfig|data-?source|gulpfile|next\.config|jest\.[\w.]+|vitest\.[\w.]+)\.[cm]?[jt]sx?$/

export const environmentWithoutValidation: Rule = {
  id: 'environment-without-validation',
  title: 'Environment read without validation',
  severity: 'medium',
  check(program, report) {
    const checked = checkedModules(program)
    for (const [, reads] of byPackage(program)) {
      const unchecked = reads.filter((read) => matters(read) && !checked.has(program.moduleOf(read.node)))
      if (unchecked.length === 0) continue
      const isPast = hasCheckedConfiguration(program.moduleOf(unchecked[0]!.node), checked)
      if (!isPast && unchecked.length < 2) continue
      const shown = isPast ? unchecked[0]! : inTheFileOfMost(program, unchecked)
      const names = [...new Set(unchecked.map(({ name }) => name))]
      report({
        at: shown.node,
        message: isPast
          ? `${named(names)} is read past the checked configuration: nobody notices at the start that it is missing.`
          : `The environment is read without a check, ${unchecked.length} times in ${count(program, unchecked)} (${named(names)}): what is missing or misspelt shows when some request fails.`,
        path: unchecked.slice(0, 8).map(({ node, name }) => program.step(node, `reads ${name}`)),
        fix: 'Read all of it once at the start through a schema (`z.object({ … }).parse(process.env)`, envalid, Joi), name every wrong variable at once, and hand the result on.',
        confidence: 'likely',
      })
    }
  },
}

const matters = ({ name, hasDefault }: EnvironmentRead): boolean => !HARMLESS.test(name) && !hasDefault

function byPackage(program: Program): ReadonlyMap<unknown, readonly EnvironmentRead[]> {
  const packages = new Map<unknown, EnvironmentRead[]>()
  for (const read of environmentReads(program)) {
    const module = program.moduleOf(read.node)
    if (module.isTest || TOOLS.test(module.path)) continue
    const list = packages.get(module.manifest)
    if (list) list.push(read)
    else packages.set(module.manifest, [read])
  }
  return packages
}

/** A configuration that only lacks its check is the place to mend. */
function inTheFileOfMost(program: Program, reads: readonly EnvironmentRead[]): EnvironmentRead {
  const counts = new Map<Module, number>()
  for (const { node } of reads)
    counts.set(program.moduleOf(node), (counts.get(program.moduleOf(node)) ?? 0) + 1)
  const most = Math.max(...counts.values())
  return reads.find(({ node }) => counts.get(program.moduleOf(node)) === most)!
}

function count(program: Program, reads: readonly { readonly node: Node }[]): string {
  const files = new Set(reads.map(({ node }) => program.moduleOf(node))).size
  return files === 1 ? 'one file' : `${files} files`
}

const named = (names: readonly string[]): string =>
  names.length <= 4 ? names.join(', ') : `${names.slice(0, 4).join(', ')} and ${names.length - 4} more`
