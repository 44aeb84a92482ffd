/**
 * The commands, to their exit code: `mcp` and `skill`, here for `keelson-agent` and for `keelson`. Refusals and wrong command lines are told
 * in a sentence, defects with their stack; SIGINT and SIGTERM end what serves.
 */
import { Refusal } from '../root/inside.js'
import { mcp, MCP_HELP } from './mcp.js'
import { skill, SKILL_HELP } from './skill.js'

/** `name` is the command as it was called. */
export async function runCommand(words: readonly string[], name: string): Promise<number> {
  const stop = new AbortController()
  const onSignal = (): void => stop.abort()
  process.once('SIGINT', onSignal)
  process.once('SIGTERM', onSignal)
  try {
    return await chosen(words, name, stop.signal)
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`)
    return isUsage(error) ? 2 : 1
  } finally {
    process.removeListener('SIGINT', onSignal)
    process.removeListener('SIGTERM', onSignal)
  }
}

async function chosen(
  [command, ...words]: readonly string[],
  name: string,
  signal: AbortSignal,
): Promise<number> {
  const write = (text: string): void => {
    process.stdout.write(
      text.replaceAll('keelson mcp', `${name} mcp`).replaceAll('keelson skill', `${name} skill`),
    )
  }
  if (command === 'mcp') {
    await mcp(words, { signal, write })
    return 0
  }
  if (command === 'skill') {
    await skill(words, write)
    return 0
  }
  const isHelp = command === undefined || command === '--help' || command === '-h'
  if (!isHelp) throw new Refusal(`There is no command \`${command}\`; there is mcp, skill.`)
  write(`${MCP_HELP}\n${SKILL_HELP}`)
  return 0
}

const isUsage = (error: unknown): boolean =>
  error instanceof Refusal || ((error as { code?: string }).code ?? '').startsWith('ERR_PARSE_ARGS')

function messageOf(error: unknown): string {
  if (isUsage(error)) return (error as Error).message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
