/** The `keelson` command: one file a command, this one to choose. */
import { readFile } from 'node:fs/promises'
import { agent } from './agent.js'
import { HELP, parseCommandLine } from './arguments.js'
import { dev } from './dev.js'
import { events } from './events.js'
import { exitCodeOf, messageOf } from './failure.js'
import { jobs } from './jobs.js'
import { keys } from './keys.js'
import { review } from './review.js'
import { start } from './start.js'
import { terminalOn } from './terminal.js'

async function main(words: readonly string[]): Promise<void> {
  const line = parseCommandLine(words)
  switch (line.command) {
    case 'help':
      process.stdout.write(HELP)
      return
    case 'version':
      process.stdout.write(`${await version()}\n`)
      return
    case 'dev':
      await dev(line, terminalOn(process.stdout))
      return
    case 'start':
      await start(line)
      return
    case 'keys':
      await keys(line.words, (text) => process.stdout.write(text))
      return
    case 'jobs':
      await jobs(line.words, (text) => process.stdout.write(text))
      return
    case 'events':
      await events(line.words, (text) => process.stdout.write(text))
      return
    case 'review':
      process.exitCode = await review(line.words)
      return
    case 'mcp':
    case 'skill':
      process.exitCode = await agent(line.command, line.words)
  }
}

async function version(): Promise<string> {
  const text = await readFile(new URL('../../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

try {
  await main(process.argv.slice(2))
  // Whatever a library left open is no reason to stay; but a long report leaves through a pipe in pieces.
  if (process.exitCode === undefined) process.exit(0)
} catch (error) {
  process.stderr.write(`\n${messageOf(error)}\n`)
  process.exit(exitCodeOf(error))
}
