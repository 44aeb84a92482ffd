/**
 * The root: the folder that an engineer was started for. Every path that a client names is resolved here, links included, and none
 * that leads out of it is opened.
 */
import { open, realpath, stat } from 'node:fs/promises'
import { isAbsolute, relative, resolve, sep } from 'node:path'

/** Something that the caller can put right; its message is shown to the client as it is. */
export class Refusal extends Error {}

/** A place inside the root. */
export interface Place {
  /** Absolute, links resolved. */
  readonly absolutePath: string
  /** From the root, with `/`; empty for the root itself. */
  readonly path: string
}

const PATH_LENGTH_MAX = 1024

export class Root {
  readonly folder: string

  private constructor(folder: string) {
    this.folder = folder
  }

  /** Throws Refusal where there is no such folder. */
  static async at(folder: string): Promise<Root> {
    const real = await realpath(folder).catch(() => undefined)
    if (real === undefined || !(await stat(real)).isDirectory())
      throw new Refusal(`There is no folder ${folder}.`)
    return new Root(real)
  }

  /** Where a path that a client named really leads. Throws Refusal where that is outside, or nothing is there. */
  async placeOf(named: string): Promise<Place> {
    if (named.length > PATH_LENGTH_MAX) throw new Refusal(`A path has ${PATH_LENGTH_MAX} characters at most.`)
    if (named.includes('\0')) throw new Refusal('A path holds no NUL character.')
    const meant = resolve(this.folder, named)
    // Refused by its name before anything is looked up: what exists outside is nobody's business.
    if (!this.#holds(meant)) throw this.#outside(named)
    const real = await realpath(meant).catch(() => undefined)
    if (real === undefined) throw new Refusal(`There is nothing at ${JSON.stringify(named)} below the root.`)
    if (!this.#holds(real)) throw this.#outside(named)
    return { absolutePath: real, path: relative(this.folder, real).split(sep).join('/') }
  }

  /** The text of a file inside the root. Throws Refusal where it is no file, too large, or no UTF-8; `keepMark` keeps its byte order mark. */
  async textOf(named: string, sizeMax: number, { keepMark = false } = {}): Promise<string> {
    const { absolutePath } = await this.placeOf(named)
    const file = await open(absolutePath, 'r')
    try {
      // Asked of the open file, so that nothing can be put in its place in between.
      const { size, isFile } = await file
        .stat()
        .then((stats) => ({ size: stats.size, isFile: stats.isFile() }))
      if (!isFile) throw new Refusal(`${JSON.stringify(named)} is no file.`)
      if (size > sizeMax)
        throw new Refusal(`${JSON.stringify(named)} has ${size} bytes; ${sizeMax} at most are read.`)
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: keepMark }).decode(await file.readFile())
    } catch (error) {
      if (error instanceof TypeError)
        throw new Refusal(`${JSON.stringify(named)} is not UTF-8 text.`, { cause: error })
      throw error
    } finally {
      await file.close()
    }
  }

  #holds(absolutePath: string): boolean {
    const way = relative(this.folder, absolutePath)
    return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
  }

  #outside(named: string): Refusal {
    return new Refusal(`${JSON.stringify(named)} leads out of the root; only what is below it is read.`)
  }
}
