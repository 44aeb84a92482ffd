/** Folders as people write them, `./db\migrations/`, as the reviewer compares them, `db/migrations`. */
import { posix } from 'node:path'

/** Undefined where `text` leads out of the root. The root itself is ``. */
export function tidyFolder(text: string): string | undefined {
  const folder = posix.normalize(text.replaceAll('\\', '/')).replace(/^\.\/|\/$/g, '')
  if (folder === '.') return ''
  return folder === '..' || folder.startsWith('../') || folder.startsWith('/') ? undefined : folder
}
