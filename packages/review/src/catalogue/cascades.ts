/** What is said of a cascading delete, wherever it is declared. */
import { isEndlessChild } from './table-growth.js'

/** Undefined where the child is none of which a parent may have any number. `child` and `parent` as they are called in the code. */
export function endlessCascade(
  child: string,
  parent: string | undefined,
): { readonly message: string; readonly fix: string } | undefined {
  if (!isEndlessChild(child)) return undefined
  const one = parent === undefined ? 'one parent' : `one row of ${parent}`
  return {
    message: `To delete ${one} deletes all of its rows in ${child}, in one transaction that locks every one of them; ${child} grows with use.`,
    fix: `Restrict the delete (\`on delete restrict\`), mark the parent as deleted, and remove what is in ${child} in batches by a job before the parent goes; keep what has to be kept.`,
  }
}
