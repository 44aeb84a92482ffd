/** Runs rules over a program. A rule that breaks is a note: it never takes the other rules' findings with it. */
import type { Finding, Note } from '../finding.js'
import type { Program } from '../program.js'
import type { Rule } from '../rule.js'

export interface Outcome {
  readonly findings: readonly Finding[]
  readonly notes: readonly Note[]
}

/** Findings in order of file and place, each place once a rule. */
export function runRules(program: Program, rules: readonly Rule[]): Outcome {
  const findings = new Map<string, Finding>()
  const notes: Note[] = [...program.notes]
  for (const rule of rules) {
    try {
      rule.check(program, (found) => {
        const module = program.moduleOf(found.at)
        // Tests do on purpose what must not be done, and nobody waits for them.
        if (module.isTest) return
        const key = `${rule.id}\u0000${module.path}\u0000${found.at.start}\u0000${found.at.end}`
        if (findings.has(key)) return
        findings.set(key, {
          rule: rule.id,
          severity: rule.severity,
          confidence: found.confidence ?? 'certain',
          file: module.path,
          span: module.lines.span(found.at),
          message: found.message,
          path: found.path ?? [],
          fix: found.fix,
          ...(found.edits && { edits: found.edits }),
        })
      })
    } catch (error) {
      notes.push({
        file: '.',
        message: `a defect of the reviewer: rule ${rule.id} could not finish: ${error instanceof Error ? error.message : String(error)}`,
        isDefect: true,
      })
    }
  }
  return { findings: [...findings.values()].sort(byPlace), notes }
}

function byPlace(a: Finding, b: Finding): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1
  return a.span.start.offset - b.span.start.offset || (a.rule < b.rule ? -1 : 1)
}
