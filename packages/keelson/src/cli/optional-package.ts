/** Commands of packages that production does not install. Their packages are not referred to: the rulebook's examples are built on this one. */
import { Obstacle } from './failure.js'

interface CommandPackage {
  /** Resolves to the exit code; says everything itself. */
  readonly runCommand: (words: readonly string[], name: string) => Promise<number>
}

/** Passes the words through. Throws Obstacle where the package is missing, and what the package throws. */
export async function runCommandOf(
  name: string,
  words: readonly string[],
  command: string,
  load: () => Promise<unknown> = () => import(`${name}/command`),
): Promise<number> {
  const loaded = await load().catch((cause: unknown) => {
    if (!isMissing(cause, name)) throw cause
    throw new Obstacle(`${name} is not installed. Run: npm install --save-dev ${name}`, { cause })
  })
  return (loaded as CommandPackage).runCommand(words, command)
}

/** What the package itself cannot find is another matter. */
const isMissing = (error: unknown, name: string): boolean =>
  error instanceof Error &&
  (error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND' &&
  error.message.includes(`'${name}'`)
