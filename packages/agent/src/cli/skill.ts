/** `skill`: installs, shows and removes the skill and the agent files; says of each file what was done. */
import { homedir } from 'node:os'
import { parseArgs } from 'node:util'
import { Refusal } from '../root/inside.js'
import { TOOLS, type Tool } from '../skill/files.js'
import { install, uninstall, type Step } from '../skill/install.js'
import { skillText } from '../skill/skill-text.js'

export const SKILL_HELP = `keelson skill install|show|uninstall: makes a coding agent a backend engineer.

  install            Writes the skill (SKILL.md and three references) and the files by which agents find it.
    --for <list>     ${TOOLS.join(', ')}. Default: all of them.
    --user           For all your projects, below your home; skills and agents only.
    --dir <folder>   The project. Default: this folder.
    --dry-run        Says what would be written.
    --force          Also replaces files that this command did not write, or that were changed.
  show               Prints SKILL.md.
  uninstall          Removes what it wrote and nobody has changed. Takes --user, --dir, --dry-run.
`

const OPTIONS = {
  for: { type: 'string', default: TOOLS.join(',') },
  user: { type: 'boolean', default: false },
  dir: { type: 'string' },
  'dry-run': { type: 'boolean', default: false },
  force: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const

/** Throws Refusal, and what `parseArgs` throws. */
export async function skill(words: readonly string[], write: (text: string) => void): Promise<void> {
  const { values, positionals } = parseArgs({ args: [...words], options: OPTIONS, allowPositionals: true })
  const [action, ...others] = positionals
  if (values.help || action === undefined) return write(SKILL_HELP)
  if (others.length > 0)
    throw new Refusal(`What is \`${others[0]}\`? keelson skill --help tells what there is.`)
  if (values.user && values.dir !== undefined) throw new Refusal('--user and --dir exclude each other.')
  const where = {
    folder: values.user ? homedir() : (values.dir ?? '.'),
    user: values.user,
    dryRun: values['dry-run'],
  }
  switch (action) {
    case 'show':
      return write(skillText('references'))
    case 'install':
      return told(
        await install({ ...where, tools: toolsOf(values.for), force: values.force }),
        where.dryRun,
        write,
      )
    case 'uninstall':
      return told(await uninstall(where), where.dryRun, write)
    default:
      throw new Refusal(`There is no \`keelson skill ${action}\`; there is install, show, uninstall.`)
  }
}

function toolsOf(text: string): Tool[] {
  const words = text.split(',').map((word) => word.trim())
  const unknown = words.find((word) => !TOOLS.some((tool) => tool === word))
  if (unknown !== undefined) throw new Refusal(`--for knows ${TOOLS.join(', ')}, and not \`${unknown}\`.`)
  return TOOLS.filter((tool) => words.includes(tool))
}

function told(steps: readonly Step[], dryRun: boolean, write: (text: string) => void): void {
  if (steps.length === 0) write('There is nothing of it here.\n')
  for (const { path, done, reason } of steps)
    write(`${done.padEnd(9)} ${path}${reason === undefined ? '' : `  (${reason})`}\n`)
  if (dryRun) write('Nothing was done: --dry-run.\n')
}
