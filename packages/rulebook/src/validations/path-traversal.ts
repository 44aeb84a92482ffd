/** Path from input. */
import type { Validation } from '../entry.js'

export const pathTraversal: Validation = {
  kind: 'validation',
  id: 'path-traversal',
  title: 'Path from input',
  severity: 'high',
  why: '`../` in a name leads out of the directory that was meant: to the service’s own configuration, its keys, or, where files are written, to code that runs later. Archives do the same from within, since each entry carries a path of its own and may be a link.',
  looksFor:
    'Input (parameter, file name of an upload, key of an object, entry of an archive) is joined into a path for `readFile`, `createReadStream`, `sendFile`, `writeFile`, `unlink`, `rename`, without the resolved result being compared with the base directory. `path.join` and `normalize` keep out nothing. For archives: entries written where their name says, links followed, sizes not added up.',
  sparesFor: [
    '`sendFile(name, { root })`, `@fastify/static`, `express.static`, which check.',
    '`path.basename` of the name, or a name made by the server (a UUID) with the original kept in the database.',
    '`resolve` and then `startsWith(base + sep)`; for files that exist `realpath` before the comparison.',
    'Libraries that refuse entries outside by default (`tar` with its defaults), into a fresh directory, with limits.',
  ],
  fix: 'Store under names that the server makes. Where a name must come from outside, resolve it against the base and refuse what does not start with it; use `realpath` where links may lie there. For archives check path, kind, count and expanded size of each entry before it is written.',
  numbers: [
    '42 KB of nested zip can expand to 4.5 PB: bound the bytes that come out, not those that go in [42.zip, en.wikipedia.org/wiki/Zip_bomb].',
    'CWE-22 stands fifth in the CWE Top 25 of 2024 [cwe.mitre.org/top25].',
  ],
  siblings: ['ssrf', 'command-from-input', 'resource-exhaustion-by-input', 'unsafe-xml'],
  covers: ['path traversal', 'zip slip'],
  wrong: {
    language: 'ts',
    stack: 'Express 5 and unzipper',
    text: `app.get('/files/:name', (req, res) => {
  createReadStream(join(UPLOADS, decodeURIComponent(req.params.name))).pipe(res)
})

for await (const entry of archive) {
  await pipeline(entry, createWriteStream(join(target, entry.path)))
}`,
  },
  right: {
    language: 'ts',
    stack: 'Express 5 and unzipper',
    text: `const inside = (base: string, name: string): string => {
  const path = resolve(base, name)
  if (!path.startsWith(base + sep)) throw new BadRequest('path')
  return path
}

app.get('/files/:id', (req, res) => {
  res.sendFile(Uuid.parse(req.params.id), { root: UPLOADS, dotfiles: 'deny' })
})

for await (const entry of archive) {
  if (entry.type !== 'File' || (total += entry.vars.uncompressedSize) > BYTES_MAX) throw new BadRequest('zip')
  await pipeline(entry, limited(BYTES_MAX), createWriteStream(inside(target, entry.path), { flags: 'wx' }))
}`,
  },
  executedBy: 'by-hand',
}
