/** Clients that public generators make of an OpenAPI document, in a folder, and what the compiler says of them. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { register } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

register('./typescript-hook.js', import.meta.url)

const COMPILER = fileURLToPath(new URL('../../../node_modules/typescript/bin/tsc', import.meta.url))

/** Writes `schema.ts`, for openapi-fetch. */
export async function generateTypes(document: object, folder: string): Promise<void> {
  const { astToString, default: generate } = await import('openapi-typescript')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'schema.ts'), astToString(await generate(JSON.stringify(document))))
}

/** Writes `index.ts` and what it needs: functions for each operation, over `fetch`. */
export async function generateFunctions(document: object, folder: string): Promise<void> {
  const { createClient } = await import('@hey-api/openapi-ts')
  mkdirSync(folder, { recursive: true })
  const input = join(folder, '..', 'openapi.json')
  writeFileSync(input, JSON.stringify(document))
  await createClient({
    input,
    output: { path: folder, module: { extension: '.js' } },
    plugins: ['@hey-api/typescript', '@hey-api/sdk', '@hey-api/client-fetch'],
    logs: { level: 'silent', file: false },
  })
}

/** Compiles a folder under `strict` to `dist` in it; what is wrong comes back as text. */
export function compileStrictly(folder: string): string {
  const options = {
    compilerOptions: {
      strict: true,
      noUncheckedIndexedAccess: true,
      target: 'es2023',
      lib: ['es2023', 'dom', 'dom.iterable'],
      module: 'nodenext',
      types: [],
      rootDir: '.',
      outDir: 'dist',
    },
    include: ['**/*.ts'],
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(options))
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMPILER, '-p', folder], {
    encoding: 'utf8',
  })
  return status === 0 ? '' : `${stdout}${stderr}` || `exit code ${status}`
}
