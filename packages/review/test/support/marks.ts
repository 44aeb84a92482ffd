/** A checker for tests: it finds the marks that a text holds, `FAULT` and `FIXABLE`, wherever they stand. */
import type { Checker } from '../../src/checker.js'
import type { Finding } from '../../src/finding.js'
import { TextLines } from '../../src/report/positions.js'

export const MARKS: Checker = {
  name: 'marks',
  rules: [
    { id: 'fault', title: 'A fault', severity: 'high' },
    { id: 'fixable', title: 'A fault that can be fixed', severity: 'low' },
  ],
  check: async (files) => ({
    notes: [],
    findings: files.flatMap(({ path, text }) =>
      [...text.matchAll(/FAULT|FIXABLE/g)].map((match): Finding => {
        const lines = new TextLines(text)
        const end = match.index + match[0].length
        const span = lines.span(match.index, end)
        const isFixable = match[0] === 'FIXABLE'
        return {
          rule: isFixable ? 'fixable' : 'fault',
          severity: isFixable ? 'low' : 'high',
          confidence: isFixable ? 'likely' : 'certain',
          file: path,
          span,
          message: `A mark, 100% sure: ${match[0]}`,
          path: [
            { file: path, span: lines.span(0, 1), note: 'the first letter' },
            { file: path, span, note: 'is marked here' },
          ],
          fix: 'Remove the mark.',
          edits: isFixable ? [{ file: path, start: match.index, end, text: 'fixed' }] : undefined,
        }
      }),
    ),
  }),
}
