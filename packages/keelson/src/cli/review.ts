/** `keelson review`: the reviewer, from a package that production does not install. */
import { runCommandOf } from './optional-package.js'

/** Passes the words through. Throws Obstacle where the package is missing, and what the package throws. */
export const review = (words: readonly string[], load?: () => Promise<unknown>): Promise<number> =>
  runCommandOf('@keelson/review', words, 'keelson review', load)
