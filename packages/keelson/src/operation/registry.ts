/**
 * Remembers every operation that was declared, and in which file, so that an application can tell which of them no
 * module lists. Global, since declarations are: a file that declares an operation runs once a process.
 */
import type { Served } from './definition.js'

interface Registration {
  readonly operation: Served
  /** URL or path of the file that declared it; undefined where the runtime does not tell. */
  readonly file: string | undefined
  readonly line: number | undefined
}

const registrations = new Map<Served, Registration>()

/** Notes the operation and freezes it. Called by the constructors, so that the frame above them is the declaration. */
export function registered<T extends Served>(operation: T): T {
  registrations.set(operation, { operation, ...declarationSite() })
  return Object.freeze(operation)
}

/**
 * Operations that stand in one file with some of `listed`, yet are neither among them nor in `elsewhere` (listed by
 * another application of this process).
 */
export function unlistedBeside(listed: ReadonlySet<Served>, elsewhere: ReadonlySet<Served>): Registration[] {
  const files = new Set([...listed].map((operation) => registrations.get(operation)?.file))
  files.delete(undefined)
  return [...registrations.values()].filter(
    ({ operation, file }) => files.has(file) && !listed.has(operation) && !elsewhere.has(operation),
  )
}

/** The innermost frame outside this folder: the file whose code declares the operation. */
function declarationSite(): { file: string | undefined; line: number | undefined } {
  const settings: Partial<ErrorConstructor> = { ...Error }
  try {
    Error.stackTraceLimit = 8
    Error.prepareStackTrace = (_error, frames) => frames
    const frames = new Error().stack as unknown as NodeJS.CallSite[]
    const frame = frames.find((each) => {
      const file = each.getFileName()
      return file !== null && file !== undefined && !OWN_FILES.has(file)
    })
    return { file: frame?.getFileName() ?? undefined, line: frame?.getLineNumber() ?? undefined }
  } finally {
    Error.stackTraceLimit = settings.stackTraceLimit ?? 10
    Object.assign(Error, { prepareStackTrace: settings.prepareStackTrace })
  }
}

const OWN_FILES: ReadonlySet<string> = new Set(
  ['registry.js', 'command.js', 'query.js', '../http/route.js'].map(
    (name) => new URL(name, import.meta.url).href,
  ),
)
