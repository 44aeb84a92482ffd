/** Prototype pollution. */
import type { Validation } from '../entry.js'

export const prototypePollution: Validation = {
  kind: 'validation',
  id: 'prototype-pollution',
  title: 'Prototype pollution',
  severity: 'high',
  why: 'A key named `__proto__` that a recursive merge follows writes into the prototype of every object of the process. From then on `options.isAdmin` or `options.shell` is there where nobody put it: one request changes the meaning of all later ones, and with a fitting gadget it runs code.',
  looksFor:
    'Keys from input written by path or merged deeply: own `merge`, `extend`, `set(object, path, value)`, `object[a][b] = c` with two keys from input, lodash `merge`, `set`, `defaultsDeep` below 4.17.21, `JSON.parse` output spread recursively, query parsers that nest; and lookups `map[key]` on a plain object that find `constructor` or `__proto__`.',
  sparesFor: [
    '`Map`, `Object.create(null)`, and `Object.hasOwn` before the lookup.',
    'Shallow spread and `Object.assign` of one level onto a fresh object: they set own properties (`__proto__` from JSON.parse is an own key there).',
    'Input that a strict schema reduced to known keys.',
    'Merges that skip `__proto__`, `constructor` and `prototype`.',
  ],
  fix: 'Parse by a strict schema first; use Map for dictionaries with foreign keys; replace own merges. Start Node with `--disable-proto=delete` and freeze prototypes at start where dependencies allow.',
  numbers: [
    'Fastify refuses `__proto__` in JSON bodies by default with status 400; Express’s json() lets it pass [Fastify documentation, onProtoPoisoning].',
    '3 names carry the attack: `__proto__`, `constructor`, `prototype` [CWE-1321].',
  ],
  siblings: ['mass-assignment', 'body-without-validation', 'code-or-template-from-input'],
  covers: [],
  wrong: {
    language: 'ts',
    stack: 'Express 5',
    text: `function merge(into: Record<string, any>, from: Record<string, any>) {
  for (const key in from) {
    if (typeof from[key] === 'object') merge((into[key] ??= {}), from[key])
    else into[key] = from[key]
  }
}
app.patch('/settings', (req, res) => {
  merge(settings, req.body)
  res.sendStatus(204)
})`,
  },
  right: {
    language: 'ts',
    stack: 'Express 5',
    text: `const Settings = z.strictObject({
  theme: z.enum(['light', 'dark']).optional(),
  mail: z.strictObject({ weekly: z.boolean() }).optional(),
})
app.patch('/settings', async (req, res) => {
  await saveSettings(req.user.id, Settings.parse(req.body))
  res.sendStatus(204)
})`,
  },
  executedBy: 'by-hand',
}
