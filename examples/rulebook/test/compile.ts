/**
 * The code of all patterns as one program: each text becomes a module of its own in dist/entries, and the compiler that the
 * workspace uses judges them together and writes dist/compiled, for those that are run.
 */
import { execFile } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { builtinModules, createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { patterns } from '@keelson/rulebook'

const root = fileURLToPath(new URL('../../', import.meta.url))
const sources = join(root, 'dist', 'entries')
const compiled = join(root, 'dist', 'compiled')
const { resolve } = createRequire(import.meta.url)

const CONFIGURATION = {
  extends: '../../../../tsconfig.base.json',
  compilerOptions: {
    rootDir: '.',
    outDir: '../compiled',
    composite: false,
    incremental: false,
    declaration: false,
    sourceMap: false,
  },
  include: ['.'],
}

const IMPORT = /^import\s[^'";]*?from\s*'([^']+)'/gm

/** Packages that the text imports and the workspace does not have: such code is only parsed. */
export const missingPackages = (text: string): string[] =>
  [...text.matchAll(IMPORT)].map((match) => match[1]!).filter((name) => !isThere(name))

function isThere(specifier: string): boolean {
  if (specifier.startsWith('node:') || builtinModules.includes(specifier)) return true
  try {
    import.meta.resolve(specifier)
    return true
  } catch {
    return false
  }
}

/** Writes and compiles; resolves with what the compiler said, nothing where all is well. */
export async function compilePatterns(): Promise<string> {
  for (const folder of [sources, compiled]) rmSync(folder, { recursive: true, force: true })
  mkdirSync(sources, { recursive: true })
  for (const { id, withKeelson, byHand } of patterns) {
    writeFileSync(join(sources, `${id}.keelson.ts`), `${withKeelson.text}\n`)
    if (byHand.language === 'ts' && missingPackages(byHand.text).length === 0)
      writeFileSync(join(sources, `${id}.by-hand.ts`), `${byHand.text}\n`)
  }
  writeFileSync(join(sources, 'tsconfig.json'), JSON.stringify(CONFIGURATION))
  const compiler = join(dirname(resolve('typescript/package.json')), 'bin', 'tsc')
  return new Promise((done) => {
    execFile(process.execPath, [compiler, '-p', sources], (error, stdout, stderr) =>
      done(error === null ? '' : `${stdout}${stderr}`),
    )
  })
}

/** The exports of a pattern's code with Keelson. */
export const importPattern = async (id: string): Promise<Record<string, unknown>> =>
  (await import(pathToFileURL(join(compiled, `${id}.keelson.js`)).href)) as Record<string, unknown>
