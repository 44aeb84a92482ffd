/** The parts of the analysis, and the rules they bring. A new checker is a line here. */
import type { Checker, RuleInfo } from './checker.js'
import { migrationsChecker } from './migrations/checker.js'
import { SUPPRESSION_RULE } from './report/suppression-rule.js'
import { codeChecker } from './rules/checker.js'
import { prismaSchemaChecker } from './schemas/prisma-checker.js'

export const CHECKERS: readonly Checker[] = [codeChecker, migrationsChecker, prismaSchemaChecker]

/** Every rule that can be reported, sorted by id; several checkers may look for the same. */
export function rulesOf(checkers: readonly Checker[]): readonly RuleInfo[] {
  const rules = [...checkers.flatMap(({ rules }) => rules), SUPPRESSION_RULE]
  const byId = new Map(rules.map((rule) => [rule.id, rule]))
  return [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
}
