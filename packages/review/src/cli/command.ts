/** The command, as `keelson-review` and `keelson review` call it. */
import { readFile } from 'node:fs/promises'
import { BaselineError } from '../report/baseline.js'
import { GitError } from '../report/changed.js'
import { SettingsError } from '../settings/settings.js'
import { parseCommandLine } from './arguments.js'
import { explain, listRules } from './book.js'
import { UsageError } from './failure.js'
import { HELP } from './options.js'
import { run } from './run.js'

/**
 * Runs the command and says everything it has to say. Resolves to the exit code, also where something is wrong. The caller
 * must not end the process by exit(): a pipe takes a long report in pieces. `name` is how the user called it.
 */
export async function runCommand(words: readonly string[], name = 'keelson-review'): Promise<number> {
  // Whoever reads us may stop early (`| head`); what they have is what they wanted.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
  try {
    return await execute(words)
  } catch (error) {
    process.stderr.write(`${messageOf(error, name)}\n`)
    return isTold(error) ? 2 : 3
  }
}

async function execute(words: readonly string[]): Promise<number> {
  const line = parseCommandLine(words)
  switch (line.command) {
    case 'help':
      process.stdout.write(HELP)
      return 0
    case 'version':
      process.stdout.write(`${await version()}\n`)
      return 0
    case 'list-rules':
      process.stdout.write(listRules())
      return 0
    case 'explain':
      process.stdout.write(await explain(line.rule))
      return 0
    case 'review':
      return run(line, {
        environment: process.env,
        stdoutIsTerminal: process.stdout.isTTY,
        version: await version(),
        write: (text) => process.stdout.write(text),
        say: (text) => process.stderr.write(text),
        stderr: process.stderr,
      })
  }
}

async function version(): Promise<string> {
  const text = await readFile(new URL('../../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

/** Errors that tell the user what to put right; anything else is a defect of ours and keeps its stack. */
const isTold = (error: unknown): error is Error =>
  [UsageError, SettingsError, BaselineError, GitError].some((kind) => error instanceof kind)

function messageOf(error: unknown, name: string): string {
  if (error instanceof UsageError) return `${error.message}\n${name} --help tells what there is.`
  if (isTold(error)) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
