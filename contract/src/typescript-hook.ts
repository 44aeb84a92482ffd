/**
 * Generators of clients print TypeScript by the compiler's JavaScript interface, which TypeScript 7 has not: they are
 * given the TypeScript 5 of this workspace, wherever they are installed.
 */
import type { ResolveHook } from 'node:module'

export const resolve: ResolveHook = (specifier, context, next) =>
  next(specifier, specifier === 'typescript' ? { ...context, parentURL: import.meta.url } : context)
