/**
 * typescript-eslint runs on the compiler's JavaScript interface, which TypeScript 7 has not: whatever asks for `typescript` is given
 * the TypeScript 5 of this workspace, wherever it is installed itself.
 */
import Module, { createRequire } from 'node:module'

interface Resolver {
  _resolveFilename(request: string, ...rest: unknown[]): string
}

export function useOwnTypescript(): void {
  const own = createRequire(import.meta.url).resolve('typescript')
  const resolver = Module as unknown as Resolver
  const resolve = resolver._resolveFilename.bind(resolver)
  resolver._resolveFilename = (request, ...rest) =>
    request === 'typescript' ? own : resolve(request, ...rest)
}
