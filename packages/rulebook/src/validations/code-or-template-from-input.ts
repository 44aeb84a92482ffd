/** Code or template from input. */
import type { Validation } from '../entry.js'

export const codeOrTemplateFromInput: Validation = {
  kind: 'validation',
  id: 'code-or-template-from-input',
  title: 'Code or template from input',
  severity: 'critical',
  why: 'Whoever decides the text of a program or of a template decides what the process does, with its database, its keys and its network. Template engines compile to JavaScript, and the sandbox that `node:vm` seems to be is none: its own documentation says so.',
  looksFor:
    'Input reaches `eval`, `new Function`, `vm.runIn…`, `setTimeout` with a string, dynamic `import` or `require`; or the source text (not the data) of a template engine: `ejs.render`, `pug.compile`, `Handlebars.compile`, `nunjucks.renderString`, `_.template`; or the name of a method that is called on an object (`service[req.body.action]()`); or the data of `res.render` as a whole object, since EJS and others take options out of it.',
  sparesFor: [
    'Data of a template whose text is a file of the code, with escaping on.',
    'Logic-less templates with a parser of their own (Mustache, Liquid with limits) that users are meant to write.',
    'Methods chosen from a Map or an object without prototype that lists them.',
    'Formulas parsed by a grammar of one’s own, or an interpreter with time and memory limits in another process.',
  ],
  fix: 'Let users choose among templates by id. Where they write expressions, use a language that can only compute (CEL, JSONata with limits, JsonLogic), or isolates in a separate process without network and secrets.',
  numbers: [
    '`node:vm` is not a security mechanism: the sentence stands in section 1 of its page [Node documentation, vm].',
    'CVE-2022-29078: `settings[view options][outputFunctionName]` in a query ran code through EJS up to 3.1.6 [nvd.nist.gov].',
  ],
  siblings: ['command-from-input', 'prototype-pollution', 'mass-assignment', 'regular-expression-from-input'],
  covers: ['code from input', 'template from input'],
  wrong: {
    language: 'ts',
    stack: 'Express 5 and EJS',
    text: `app.get('/preview', (req, res) => {
  res.send(ejs.render(String(req.query.template), { user: req.user }))
})
app.get('/profile', (req, res) => res.render('profile', req.query))`,
  },
  right: {
    language: 'ts',
    stack: 'Express 5 and EJS',
    text: `app.get('/preview', async (req, res) => {
  const { template } = Preview.parse(req.query)
  res.send(await liquid.parseAndRender(template, { name: req.user.name }))
})
app.get('/profile', (req, res) => {
  const { tab } = Profile.parse(req.query)
  res.render('profile', { tab })
})`,
  },
  executedBy: 'by-hand',
}
