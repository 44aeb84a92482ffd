/** The rules over code as one checker of a review: all scripts are read once, and each rule that is on looks at the whole. */
import type { Checker } from '../checker.js'
import { Program } from '../program.js'
import { RULES } from './all.js'
import { runRules } from './run.js'

export const codeChecker: Checker = {
  name: 'code',
  rules: RULES.map(({ id, title, severity }) => ({ id, title, severity })),
  async check(files, context) {
    const program = new Program(files)
    return runRules(
      program,
      RULES.filter(({ id }) => context.isOn(id)),
    )
  },
}
