/** Writes the skill and the agent files, and takes them away again. A file that is not the command's own, or was changed, is left alone. */
import { lstat, mkdir, readFile, realpath, rename, rm, rmdir, writeFile } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { randomUUID } from 'node:crypto'
import { Refusal } from '../root/inside.js'
import { allOutputs, outputsFor, type Output, type Tool } from './files.js'
import { findSection, isOwn } from './stamp.js'

export interface InstallOptions {
  /** The project's folder, or the user's home; must exist. */
  readonly folder: string
  readonly tools: readonly Tool[]
  readonly user?: boolean
  /** Say what would be done, and do nothing. */
  readonly dryRun?: boolean
  /** Also replace what somebody else wrote or changed. */
  readonly force?: boolean
}

/** What was, or would be, done with one file. */
export interface Step {
  readonly path: string
  readonly done: 'written' | 'updated' | 'unchanged' | 'removed' | 'kept'
  /** Why it was kept. */
  readonly reason?: string
}

/** Throws Refusal where the folder does not exist. */
export async function install(options: InstallOptions): Promise<Step[]> {
  const folder = await existing(options.folder)
  const steps: Step[] = []
  for (const output of outputsFor(options.tools, { user: options.user }))
    steps.push(await write(folder, output, options))
  return steps
}

/** Removes what an installation wrote and nobody has changed. */
export async function uninstall(
  options: Pick<InstallOptions, 'folder' | 'user' | 'dryRun'>,
): Promise<Step[]> {
  const folder = await existing(options.folder)
  const steps: Step[] = []
  for (const output of allOutputs({ user: options.user })) {
    const step = await remove(folder, output, options)
    if (step !== undefined) steps.push(step)
  }
  return steps
}

async function existing(folder: string): Promise<string> {
  const real = await realpath(folder).catch(() => undefined)
  if (real === undefined) throw new Refusal(`There is no folder ${folder}.`)
  return real
}

type Manner = Pick<InstallOptions, 'dryRun' | 'force'>

async function write(folder: string, output: Output, { dryRun, force }: Manner): Promise<Step> {
  const { path } = output
  const obstacle = await linkOnTheWay(folder, path)
  if (obstacle !== undefined) return { path, done: 'kept', reason: obstacle }
  const present = await textAt(join(folder, path))
  const text = output.kind === 'file' ? output.text : withSection(present, output.text, force)
  if (text === undefined)
    return { path, done: 'kept', reason: 'its section was changed; --force replaces it' }
  if (text === present) return { path, done: 'unchanged' }
  if (output.kind === 'file' && present !== undefined && !isOwn(present) && force !== true)
    return {
      path,
      done: 'kept',
      reason: 'it was not written by this command, or was changed; --force replaces it',
    }
  if (dryRun !== true) await replace(join(folder, path), text)
  return { path, done: present === undefined ? 'written' : 'updated' }
}

/** The user's file with the section in it; undefined where the section was changed by hand. */
function withSection(
  present: string | undefined,
  section: string,
  force: boolean | undefined,
): string | undefined {
  if (present === undefined) return section
  const found = findSection(present)
  if (found === undefined)
    return `${present}${present.endsWith('\n') || present === '' ? '' : '\n'}${present === '' ? '' : '\n'}${section}`
  if (!found.isOwn && force !== true) return undefined
  return found.before + section + found.after
}

async function remove(folder: string, output: Output, { dryRun }: Manner): Promise<Step | undefined> {
  const { path } = output
  const absolutePath = join(folder, path)
  const present = await textAt(absolutePath)
  if (present === undefined) return undefined
  const obstacle = await linkOnTheWay(folder, path)
  if (obstacle !== undefined) return { path, done: 'kept', reason: obstacle }
  if (output.kind === 'section') return removeSection(absolutePath, path, present, dryRun)
  if (!isOwn(present)) return { path, done: 'kept', reason: 'it was changed since it was written' }
  if (dryRun !== true) {
    await rm(absolutePath)
    await removeEmptyFolders(folder, dirname(absolutePath))
  }
  return { path, done: 'removed' }
}

async function removeSection(
  absolutePath: string,
  path: string,
  present: string,
  dryRun: boolean | undefined,
): Promise<Step | undefined> {
  const found = findSection(present)
  if (found === undefined) return undefined
  if (!found.isOwn) return { path, done: 'kept', reason: 'its section was changed since it was written' }
  // The empty line between the user's text and the section came with the section.
  const rest = (found.after === '' ? found.before.replace(/\n\n$/, '\n') : found.before) + found.after
  if (dryRun !== true) {
    if (rest === '') await rm(absolutePath)
    else await replace(absolutePath, rest)
  }
  return { path, done: 'removed' }
}

/** Nothing is written through a link: it may lead anywhere. Says which one stands in the way. */
async function linkOnTheWay(folder: string, path: string): Promise<string | undefined> {
  let at = folder
  for (const part of path.split('/')) {
    at = join(at, part)
    const stats = await lstat(at).catch(() => undefined)
    if (stats === undefined) return undefined
    if (stats.isSymbolicLink())
      return `${relative(folder, at).split(sep).join('/')} is a link, which is not followed`
  }
  return undefined
}

async function textAt(absolutePath: string): Promise<string | undefined> {
  try {
    return await readFile(absolutePath, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Whole or not at all. */
async function replace(absolutePath: string, text: string): Promise<void> {
  await mkdir(dirname(absolutePath), { recursive: true })
  const beside = `${absolutePath}.${randomUUID()}`
  try {
    await writeFile(beside, text, { flag: 'wx' })
    await rename(beside, absolutePath)
  } catch (error) {
    await rm(beside, { force: true })
    throw error
  }
}

async function removeEmptyFolders(folder: string, from: string): Promise<void> {
  for (let at = from; at !== folder && at.startsWith(folder + sep); at = dirname(at)) {
    try {
      await rmdir(at)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOTEMPTY') return
      throw error
    }
  }
}
