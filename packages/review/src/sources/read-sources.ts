/**
 * The files of a review. Whatever the tree holds, reading it ends: links are not followed (what they lead to inside the root is read in
 * its own place), folders, files and bytes are bounded, and what could not be read becomes a note. The result is sorted by path.
 *
 * Files are read one after the other and synchronously: for sources, which are many and small, that is several times
 * faster than asynchronously, and there is nothing else to do meanwhile.
 */
import { readdirSync, readFileSync, realpathSync, statSync, type Dirent } from 'node:fs'
import { join, relative, sep } from 'node:path'
import type { Note } from '../finding.js'
import { countLines, decode } from './decode.js'
import { exclusion, isIgnored, rulesAbove, withRulesOf, type IgnoreRules } from './ignore-rules.js'
import { isMadeByTools } from './made-by-tools.js'
import { isSkippedFolder, kindOf, type FileKind, type SourceFile } from './source-file.js'

export interface SourceLimits {
  /** Bytes of one file. */
  readonly fileSize: number
  /** Bytes of one script: nobody writes longer ones, and what tools write costs much and tells nothing. */
  readonly scriptSize: number
  /** Files that are read. */
  readonly files: number
  /** Bytes of all files together. */
  readonly totalSize: number
  /** Names that are looked at, in all folders together. */
  readonly names: number
}

const SOURCE_LIMITS: SourceLimits = {
  fileSize: 1_048_576,
  scriptSize: 262_144,
  files: 20_000,
  totalSize: 256 * 1_048_576,
  names: 500_000,
}

export interface SourceOptions {
  /** Patterns as of `.gitignore`, from the root. */
  readonly exclude?: readonly string[]
  readonly limits?: Partial<SourceLimits>
}

export interface Sources {
  /** Absolute, links resolved. */
  readonly root: string
  readonly files: readonly SourceFile[]
  readonly notes: readonly Note[]
  /** Of all files together. */
  readonly lines: number
}

/** Reads what is to be reviewed below `root`. Throws where `root` is no folder that can be read. */
export function readSources(root: string, options: SourceOptions = {}): Sources {
  return new Walk(realpathSync(root), options).run()
}

class Walk {
  private readonly root: string
  private readonly limits: SourceLimits
  private readonly isExcluded: (path: string) => boolean
  private readonly files: SourceFile[] = []
  private readonly notes: Note[] = []
  private readonly madeByTools: string[] = []
  private lines = 0
  private size = 0
  private names = 0
  private isOver = false

  constructor(root: string, { exclude = [], limits }: SourceOptions) {
    this.root = root
    this.limits = { ...SOURCE_LIMITS, ...limits }
    this.isExcluded = exclusion(exclude)
  }

  run(): Sources {
    if (!statSync(this.root).isDirectory()) throw new Error(`${this.root} is not a folder.`)
    this.readFolders()
    this.noteMadeByTools()
    const byPath = (a: { path: string }, b: { path: string }): number => (a.path < b.path ? -1 : 1)
    return { root: this.root, files: this.files.sort(byPath), notes: this.notes, lines: this.lines }
  }

  /** A list instead of recursion: a tree may be deeper than the stack. */
  private readFolders(): void {
    const waiting: { path: string; rules: IgnoreRules | undefined }[] = [
      { path: '', rules: rulesAbove(this.root) },
    ]
    for (let folder = waiting.pop(); folder !== undefined && !this.isOver; folder = waiting.pop()) {
      const { path } = folder
      const entries = this.entriesOf(path)
      const rules = entries.some(({ name }) => name === '.gitignore')
        ? withRulesOf(join(this.root, path), folder.rules)
        : folder.rules
      for (const entry of entries) {
        if (this.isOver) break
        const below = path === '' ? entry.name : `${path}/${entry.name}`
        if (entry.isDirectory()) {
          if (!isSkippedFolder(entry.name, path) && this.isWanted(below, true, rules))
            waiting.push({ path: below, rules })
          continue
        }
        const kind = kindOf(entry.name)
        if (kind !== undefined && entry.isFile() && this.isWanted(below, false, rules)) this.read(below, kind)
        else if (entry.isSymbolicLink()) this.noteLink(below, kind)
      }
    }
  }

  private entriesOf(path: string): readonly Dirent[] {
    try {
      const entries = readdirSync(join(this.root, path), { withFileTypes: true })
      this.names += entries.length
      if (this.names > this.limits.names)
        this.stop(`more than ${this.limits.names} names: the rest of the tree was not looked at`)
      return entries.sort((a, b) => (a.name < b.name ? -1 : 1))
    } catch (error) {
      if (path === '') throw error
      this.notes.push({ file: path, message: `cannot be opened (${codeOf(error)})` })
      return []
    }
  }

  private isWanted(path: string, isFolder: boolean, rules: IgnoreRules | undefined): boolean {
    if (this.isExcluded(isFolder ? `${path}/` : path)) return false
    return rules === undefined || !isIgnored(join(this.root, path), isFolder, rules)
  }

  private read(path: string, kind: FileKind): void {
    const absolutePath = join(this.root, path)
    const bytes = this.bytesOf(kind, path, absolutePath)
    if (bytes === undefined) return
    const decoded = decode(bytes)
    if (typeof decoded === 'string') {
      this.notes.push({ file: path, message: decoded })
      return
    }
    const lines = countLines(decoded.text)
    if (kind === 'script' && isMadeByTools(decoded.text, lines)) {
      this.madeByTools.push(path)
      return
    }
    this.files.push({ kind, path, absolutePath, ...decoded })
    this.lines += lines
  }

  private bytesOf(kind: FileKind, path: string, absolutePath: string): Buffer | undefined {
    try {
      const { size } = statSync(absolutePath)
      const most = kind === 'script' ? this.limits.scriptSize : this.limits.fileSize
      if (size > most) {
        this.notes.push({
          file: path,
          message: `has ${size} bytes; more than ${most} are not read`,
        })
        return undefined
      }
      if (this.files.length >= this.limits.files) {
        this.stop(`more than ${this.limits.files} files: the rest was not read`)
        return undefined
      }
      if (this.size + size > this.limits.totalSize) {
        this.stop(`more than ${this.limits.totalSize} bytes of source: the rest was not read`)
        return undefined
      }
      this.size += size
      return readFileSync(absolutePath)
    } catch (error) {
      this.notes.push({ file: path, message: `cannot be read (${codeOf(error)})` })
      return undefined
    }
  }

  private stop(message: string): void {
    this.isOver = true
    this.notes.push({ file: '.', message })
  }

  /** A link to what is inside the root is nothing to tell: the place itself is read. */
  private noteLink(path: string, kind: FileKind | undefined): void {
    try {
      const target = realpathSync(join(this.root, path))
      const isInside = !relative(this.root, target).split(sep).includes('..')
      if (isInside || (kind === undefined && !statSync(target).isDirectory())) return
      this.notes.push({ file: path, message: 'is a link that leads out of the root and was not followed' })
    } catch {
      // It leads nowhere, or to itself: there is nothing to read.
      if (kind !== undefined) this.notes.push({ file: path, message: 'is a link that leads nowhere' })
    }
  }

  private noteMadeByTools(): void {
    const [first, ...others] = this.madeByTools
    if (first === undefined) return
    const more =
      others.length === 0
        ? ''
        : ` and ${others.length} more (${others.slice(0, 3).join(', ')}${others.length > 3 ? ', …' : ''})`
    this.notes.push({ file: first, message: `looks generated or minified and was not reviewed${more}` })
  }
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? 'unknown error'
