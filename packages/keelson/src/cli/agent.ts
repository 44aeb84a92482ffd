/** `keelson mcp` and `keelson skill`: the engineer for coding agents, from a package that production does not install. */
import { runCommandOf } from './optional-package.js'

/** Passes the words through. Throws Obstacle where the package is missing, and what the package throws. */
export const agent = (
  command: 'mcp' | 'skill',
  words: readonly string[],
  load?: () => Promise<unknown>,
): Promise<number> => runCommandOf('@keelson/agent', [command, ...words], 'keelson', load)
