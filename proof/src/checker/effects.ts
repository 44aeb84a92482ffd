/**
 * Commands against their effects: what was acknowledged took effect once, what was refused did not, and what nobody
 * knows did so once or not.
 */
import { operationInWords } from './answers.js'
import type { LogicalCommand } from './commands.js'
import type { Finding } from './finding.js'
import { FindingList } from './finding-list.js'

/** `effectCount`: how often the effect of a command is found in the final state. */
export function checkEffects(
  workload: string,
  commands: readonly LogicalCommand[],
  effectCount: (command: LogicalCommand) => number,
): readonly Finding[] {
  const findings = new FindingList(workload)
  for (const command of commands) {
    const { outcome, attempts } = command
    const count = effectCount(command)
    const what = `${command.name}${command.key === undefined ? '' : `, key ${command.key}`}`
    const evidence = [...attempts.map(operationInWords), `its effect is there ${count} times`]
    if (outcome.kind === 'refused' && count > 0)
      findings.add('ghost-effect', `A command was refused and took effect (${what}).`, evidence)
    else if (count > 1)
      findings.add('doubled-effect', `A command took effect ${count} times (${what}).`, evidence)
    else if (outcome.kind === 'ok' && count < 1)
      findings.add('lost-effect', `A command was acknowledged and took no effect (${what}).`, evidence)
  }
  return findings.all()
}
