/** A program of files given as text, as if they lay in a folder that has nothing else. */
import { Program } from '../../src/program.js'

export function programOf(files: Readonly<Record<string, string>>): Program {
  const list = Object.entries(files).map(([path, text]) => ({
    kind: 'script' as const,
    path,
    absolutePath: `/nowhere/${path}`,
    text,
    hasByteOrderMark: false,
  }))
  return new Program(list)
}
