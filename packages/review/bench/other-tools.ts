/**
 * What is in use elsewhere, as its own documents say to run it: the recommended rules of eslint-plugin-security, the promise rules of
 * typescript-eslint with types, oxlint with its rules for correctness and suspicious code, Squawk on files of SQL. They look for
 * other things too, so what they say where nothing of ours is wrong is not counted against them.
 */
import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { isAbsolute, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ESLint, type Linter } from 'eslint'
import security from 'eslint-plugin-security'
import type { Backend } from './backends.js'
import { useOwnTypescript } from './own-typescript.js'
import type { Report } from './score.js'

export interface Tool {
  readonly name: string
  readonly run: (backend: Backend) => Promise<Report[]>
}

useOwnTypescript()
const { default: tseslint } = await import('typescript-eslint')

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))
const CODE = ['**/*.{js,mjs,cjs,ts,mts,cts,tsx,jsx}']
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024

const reported = (backend: Backend, name: string, file: string, line: number, endLine = line): Report => ({
  rule: undefined,
  name,
  file: relative(backend.folder, isAbsolute(file) ? file : join(backend.folder, file)).replaceAll('\\', '/'),
  line,
  endLine,
})

async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'review-bench-'))
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function eslint(backend: Backend, config: Linter.Config[]): Promise<Report[]> {
  const linter = new ESLint({
    cwd: backend.folder,
    overrideConfigFile: true,
    overrideConfig: config,
    allowInlineConfig: false,
  })
  const results = await linter.lintFiles(CODE)
  return results.flatMap(({ filePath, messages }) =>
    messages.map(({ ruleId, line, endLine }) =>
      reported(backend, ruleId ?? 'parse', filePath, line, Math.max(line, endLine ?? line)),
    ),
  )
}

const parsed = (parserOptions: Linter.ParserOptions): Linter.Config => ({
  files: CODE,
  languageOptions: { parser: tseslint.parser, parserOptions },
})

const eslintSecurity: Tool = {
  name: 'eslint-plugin-security',
  run: (backend) => eslint(backend, [{ ...security.configs.recommended, files: CODE }, parsed({})]),
}

const typescriptEslint: Tool = {
  name: 'typescript-eslint (promises)',
  run: (backend) =>
    withFolder(async (folder) => {
      const project = join(folder, 'tsconfig.json')
      const compilerOptions = {
        allowJs: true,
        strict: true,
        noEmit: true,
        target: 'es2023',
        module: 'nodenext',
        moduleResolution: 'nodenext',
        experimentalDecorators: true,
      }
      await writeFile(project, JSON.stringify({ compilerOptions, include: [`${backend.folder}/**/*`] }))
      return eslint(backend, [
        {
          files: CODE,
          plugins: { '@typescript-eslint': tseslint.plugin },
          rules: {
            '@typescript-eslint/no-floating-promises': 'error',
            '@typescript-eslint/no-misused-promises': 'error',
          },
        },
        parsed({ project }),
      ])
    }),
}

interface OxlintOutput {
  readonly diagnostics: readonly {
    readonly code?: string
    readonly filename: string
    readonly labels: readonly { readonly span: { readonly line: number } }[]
  }[]
}

const oxlint: Tool = {
  name: 'oxlint',
  run: (backend) =>
    withFolder(async (folder) => {
      const config = join(folder, 'oxlintrc.json')
      const rules = { 'typescript/no-floating-promises': 'error', 'typescript/no-misused-promises': 'error' }
      const plugins = ['typescript', 'unicorn', 'oxc', 'promise', 'node', 'import']
      await writeFile(
        config,
        JSON.stringify({ plugins, categories: { correctness: 'error', suspicious: 'error' }, rules }),
      )
      const words = ['-c', config, '--type-aware', '--format', 'json', backend.folder]
      const { diagnostics } = JSON.parse(await outputOf('oxlint', words)) as OxlintOutput
      return diagnostics.map(({ code, filename, labels }) =>
        reported(backend, code ?? '', join(ROOT, filename), labels[0]?.span.line ?? 1),
      )
    }),
}

interface SquawkReport {
  readonly file: string
  /** From 0. */
  readonly line: number
  readonly line_end?: number
  readonly rule_name: string
}

const squawk: Tool = {
  name: 'squawk',
  run: async (backend) => {
    const files = readdirSync(backend.folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.sql'))
      .map((file) => join(backend.folder, file))
    if (files.length === 0) return []
    const reports = JSON.parse(await outputOf('squawk', ['--reporter', 'json', ...files])) as SquawkReport[]
    return reports.map(({ file, line, line_end, rule_name }) =>
      reported(backend, rule_name, file, line + 1, (line_end ?? line) + 1),
    )
  },
}

/** Tools end with 1 where they found something. */
function outputOf(program: string, words: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const path = join(ROOT, 'node_modules', '.bin', program)
    execFile(path, words, { maxBuffer: OUTPUT_BYTES_MAX, cwd: ROOT }, (error, stdout, stderr) => {
      if (stdout.trim() !== '') resolve(stdout)
      else reject(new Error(`${program} said nothing: ${stderr}`, { cause: error }))
    })
  })
}

export const OTHER_TOOLS: readonly Tool[] = [eslintSecurity, typescriptEslint, oxlint, squawk]
