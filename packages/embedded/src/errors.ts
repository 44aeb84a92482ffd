/**
 * The one error of this package, and how errors of the file system become it. Its message is written for the person
 * who typed the command: what is wrong, then what to do. No stack is needed to understand it.
 */

/**
 * - `data_in_use`: another process holds this database.
 * - `platform_unsupported`: there are no binaries for this machine, or they cannot run on it.
 * - `folder_not_writable`: the folder cannot be made, written or reached.
 * - `disk_full`: no space was left on the device.
 * - `start_failed`: Postgres did not start, for a reason that its log tells.
 * - `version_mismatch`: the data were made by another major version of Postgres.
 */
export type EmbeddedErrorCode =
  | 'data_in_use'
  | 'platform_unsupported'
  | 'folder_not_writable'
  | 'disk_full'
  | 'start_failed'
  | 'version_mismatch'

export class EmbeddedError extends Error {
  override readonly name = 'EmbeddedError'
  readonly code: EmbeddedErrorCode

  constructor(code: EmbeddedErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
  }
}

/** The `code` of an error of Node's, such as 'ENOENT'; undefined for anything else. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

/** How Postgres and the C library say ENOSPC and EDQUOT; our Postgres runs with messages in English. */
export const DISK_FULL_TEXT = /No space left on device|Disk quota exceeded|not enough space/i

export function diskFull(folder: string, cause?: unknown): EmbeddedError {
  const message = `The disk that holds ${folder} is full. Free some space there and start again; no data are lost.`
  return new EmbeddedError('disk_full', message, cause)
}

const UNWRITABLE = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'EISDIR'])
const DISK_FULL = new Set(['ENOSPC', 'EDQUOT'])

/** Names what an error of the file system means for the caller; any other error comes back as it is. */
export function explainFileError(error: unknown, folder: string): unknown {
  const errno = errnoOf(error)
  if (error instanceof EmbeddedError || errno === undefined) return error
  if (DISK_FULL.has(errno)) return diskFull(folder, error)
  const reason = error instanceof Error ? error.message : errno
  if (UNWRITABLE.has(errno)) {
    const todo = 'Name a folder that this user may write to, or set DATABASE_URL to use another Postgres.'
    return new EmbeddedError(
      'folder_not_writable',
      `The folder ${folder} cannot be used: ${reason}. ${todo}`,
      error,
    )
  }
  return new EmbeddedError(
    'start_failed',
    `The database in ${folder} could not be started: ${reason}.`,
    error,
  )
}
