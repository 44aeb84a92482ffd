/** `keelson review`: the reviewer, from a package that production does not install. */
import { Obstacle } from './failure.js'

/** What `@keelson/review/command` exports. The packages do not refer to each other: the rulebook's examples are built on this one. */
interface ReviewPackage {
  /** Resolves to the exit code; says everything itself. */
  readonly runCommand: (words: readonly string[], name: string) => Promise<number>
}

const PACKAGE = '@keelson/review/command'

/** Passes the words through. Throws Obstacle where the package is missing, and what the package throws. */
export async function review(
  words: readonly string[],
  load: () => Promise<unknown> = () => import(PACKAGE),
): Promise<number> {
  const loaded = await load().catch((cause: unknown) => {
    if (!isMissing(cause)) throw cause
    throw new Obstacle('@keelson/review is not installed. Run: npm install --save-dev @keelson/review', {
      cause,
    })
  })
  return (loaded as ReviewPackage).runCommand(words, 'keelson review')
}

/** What the package itself cannot find is another matter. */
const isMissing = (error: unknown): boolean =>
  error instanceof Error &&
  (error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND' &&
  error.message.includes("'@keelson/review'")
