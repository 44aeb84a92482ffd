/** What the reviewer reads, and which kind of file a path is. Decided by the name alone: no file is opened for it. */

/** `script` is JavaScript and TypeScript of every flavour. */
export type FileKind = 'script' | 'sql' | 'prisma' | 'package' | 'tsconfig'

export interface SourceFile {
  readonly kind: FileKind
  /** Relative to the root of the review, with `/`. */
  readonly path: string
  readonly absolutePath: string
  /** Decoded from UTF-8, line ends as they are, without the byte order mark: offsets count from the character behind it. */
  readonly text: string
  readonly hasByteOrderMark: boolean
}

const SCRIPT = /\.[cm]?[jt]sx?$/
/** `.d.ts`, `.d.mts`, `.d.json.ts`: types of code that is elsewhere. */
const DECLARATION = /\.d(\.[^./]+)?\.[cm]?ts$/
const MINIFIED = /[.-](min|bundle|chunk)\.[cm]?js$/
/** Bundlers put a hash of the content into the name: `index-C8qwgKWF.mjs`, `chunk.728.985c45ad584b4b91ca60.js`. */
const HASHED = /[.-](?:[\da-f]{16,}|(?=[\w-]*[A-Z])(?=[\w-]*[a-z])(?=[\w-]*\d)[\w-]{8})\.[cm]?js$/

/** The kind of the file called `name` (no folders); undefined where the reviewer has no use for it. */
export function kindOf(name: string): FileKind | undefined {
  if (SCRIPT.test(name))
    return DECLARATION.test(name) || MINIFIED.test(name) || HASHED.test(name) ? undefined : 'script'
  if (name.endsWith('.sql')) return 'sql'
  // A Prisma schema may be one file or a folder of them.
  if (name.endsWith('.prisma')) return 'prisma'
  if (name === 'package.json') return 'package'
  if (/^(ts|js)config(\.[^/]+)?\.json$/.test(name)) return 'tsconfig'
  return undefined
}

/** Folders of what others wrote or a tool made. Those that begin with a dot are skipped beside these. */
const SKIPPED_FOLDERS: ReadonlySet<string> = new Set([
  'node_modules',
  'bower_components',
  'dist',
  'coverage',
  '__generated__',
])
/** Output too, unless they stand in a folder of sources, where people use the words for their own. */
const OUTPUT_FOLDERS: ReadonlySet<string> = new Set(['build', 'out'])

/** Whether the folder called `name` is passed over; `parents` is the path of the folder that holds it, from the root. */
export function isSkippedFolder(name: string, parents: string): boolean {
  if (name.startsWith('.') || SKIPPED_FOLDERS.has(name)) return true
  return OUTPUT_FOLDERS.has(name) && !/(^|\/)src(\/|$)/.test(parents)
}
