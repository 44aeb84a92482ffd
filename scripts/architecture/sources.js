/**
 * The source files of the workspace, each with what it imports from its own workspace.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative, sep } from 'node:path'

/** Our imports start a line, as the formatter writes them; an import in a comment or a string does not. */
const STATIC =
  /^(?:import|export)\s+(?:type\s+)?(?:[\w$]+\s*,?\s*)?(?:\*(?:\s+as\s+[\w$]+)?|\{[^}]*\})?\s*from\s*'([^']+)'/gm
const SIDE_EFFECT = /^import\s*'([^']+)'/gm
const DYNAMIC = /\bimport\(\s*'([^']+)'\s*\)/g

/** What `text` imports, value and type imports alike, as it is written. */
function importsOf(text) {
  return [STATIC, SIDE_EFFECT, DYNAMIC].flatMap((pattern) =>
    [...text.matchAll(pattern)].map((match) => match[1]),
  )
}

function workspacesOf(root) {
  const grouped = ['packages', 'examples'].flatMap((group) => {
    const folder = join(root, group)
    return existsSync(folder) ? readdirSync(folder).map((name) => join(group, name)) : []
  })
  return [...grouped, 'benchmarks', 'proof', 'contract', 'scripts'].filter((workspace) =>
    existsSync(join(root, workspace)),
  )
}

const IGNORED = new Set(['node_modules', 'dist', 'data'])

/** What the reviewer is tried on: other people's code, good and bad. */
const SUBJECTS = ['backends', 'fixtures'].map((name) => join('packages', 'review', 'test', name))

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    // Folders of tools and of running databases (.keelson) are none of ours, and may be closed to us.
    const isForeign = IGNORED.has(entry.name) || entry.name.startsWith('.')
    const isSubject = SUBJECTS.some((path) => join(folder, entry.name).endsWith(path))
    if (entry.isDirectory()) return isForeign || isSubject ? [] : filesBelow(join(folder, entry.name))
    return /\.(ts|js)$/.test(entry.name) ? [join(folder, entry.name)] : []
  })
}

/** The file that a relative import means: `./x.js` is written for `x.ts`. */
function resolve(file, specifier) {
  return normalize(join(dirname(file), specifier))
    .split(sep)
    .join('/')
}

/**
 * @returns {{ path: string, text: string, isTest: boolean, imports: string[] }[]} `path` and `imports` from the root,
 * with slashes. Imports of packages are left out.
 */
export function readSources(root) {
  const paths = workspacesOf(root)
    .flatMap((workspace) => filesBelow(join(root, workspace)))
    .map((file) => relative(root, file).split(sep).join('/'))
    .toSorted()
  const known = new Set(paths)
  return paths.map((path) => {
    const text = readFileSync(join(root, path), 'utf8')
    const imports = importsOf(text)
      .filter((specifier) => specifier.startsWith('.'))
      .map((specifier) => resolve(path, specifier))
      .map((target) => [target.replace(/\.js$/, '.ts'), target].find((candidate) => known.has(candidate)))
      .filter((target) => target !== undefined)
    return { path, text, isTest: /(^|\/)test\/|\.test\.(ts|js)$/.test(path), imports }
  })
}
