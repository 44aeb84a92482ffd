/** Unsafe deserialisation. */
import type { Validation } from '../entry.js'

export const unsafeDeserialisation: Validation = {
  kind: 'validation',
  id: 'unsafe-deserialisation',
  title: 'Unsafe deserialisation',
  severity: 'high',
  why: 'Formats that can carry functions, types or references turn reading data into running code or building objects that the code never expects. A cookie or a queue message feels internal, but whoever can write it decides.',
  looksFor:
    'Data from outside (body, cookie, cache, queue, upload) read by something that does more than data: `node-serialize`, `serialize-javascript` read back by eval, js-yaml below 4 with `load` or a schema with functions, `v8.deserialize`, BSON with `evalFunctions`, `class-transformer` with a type that the input names, protocol buffers’ `Any` resolved without a list, pickles handed to another service.',
  sparesFor: [
    '`JSON.parse` followed by a schema, js-yaml 4 and `yaml` at their defaults.',
    '`structuredClone` and worker messages within one process.',
    'Signed or encrypted data whose signature is checked before it is read.',
  ],
  fix: 'JSON and a schema, at every border, own queues and caches included. Sign cookies. If a class is chosen by a name in the data, take it from a map of the code. Limit depth and size before parsing.',
  numbers: [
    'js-yaml 4.0.0 made `load` safe and took `safeLoad` away: below major version 4 `load` builds functions [js-yaml changelog].',
  ],
  siblings: [
    'body-without-validation',
    'code-or-template-from-input',
    'prototype-pollution',
    'fragile-job-handler',
  ],
  covers: [],
  wrong: {
    language: 'ts',
    stack: 'Express 5 and js-yaml 3',
    text: `app.post('/pipelines', (req, res) => {
  const pipeline = yaml.load(req.body)
  const cached = serialize.unserialize(req.cookies.profile)
  res.json(start(pipeline, cached))
})`,
  },
  right: {
    language: 'ts',
    stack: 'Express 5, yaml 2 and Zod',
    text: `app.post('/pipelines', async (req, res) => {
  const pipeline = Pipeline.parse(parseYaml(Text.parse(req.body), { maxAliasCount: 20 }))
  const profile = Profile.parse(await sessions.read(req.signedCookies.session))
  res.json(await start(pipeline, profile))
})`,
  },
  executedBy: 'by-hand',
}
