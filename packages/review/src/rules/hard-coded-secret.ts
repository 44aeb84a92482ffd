/**
 * Credentials that stand in the code: known by their format, by the place that they are handed to, or by a name together with what they look
 * like. Fallbacks count, since they are the credential wherever the variable is missing. No message shows one whole.
 */
import type { Program } from '../program.js'
import type { Report, Rule } from '../rule.js'
import type { Node } from '../syntax/nodes.js'
import { formatOf } from './hard-coded-secret/formats.js'
import { namedSecrets } from './hard-coded-secret/names.js'
import { isSparedFile, masked, textOfLiteral } from './hard-coded-secret/text.js'
import { usedSecrets } from './hard-coded-secret/uses.js'

export const hardCodedSecret: Rule = {
  id: 'hard-coded-secret',
  title: 'Hard-coded secret',
  severity: 'critical',
  check(program, report) {
    const seen = new Set<Node>()
    for (const found of [...byFormat(program), ...usedSecrets(program), ...namedSecrets(program)]) {
      if (seen.has(found.at) || isSparedFile(program.moduleOf(found.at).path)) continue
      seen.add(found.at)
      report(found)
    }
  },
}

function* byFormat(program: Program): Generator<Report> {
  for (const node of program.nodes('Literal', 'TemplateLiteral')) {
    const text = textOfLiteral(node)
    const format = text === undefined ? undefined : formatOf(text)
    if (text === undefined || format === undefined) continue
    yield {
      at: node,
      message: `${format} stands in the code (${masked(text)}): everybody who ever cloned the repository has it.`,
      fix: 'Replace it where it was issued, then read the new one from the environment at start, without a fallback.',
      path: [program.step(node, `is ${format.replace(/^A/, 'a')}`)],
    }
  }
}
