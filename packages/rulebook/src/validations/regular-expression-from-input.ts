/** Regular expression that backtracks, or comes from input. */
import type { Validation } from '../entry.js'

export const regularExpressionFromInput: Validation = {
  kind: 'validation',
  id: 'regular-expression-from-input',
  title: 'Regular expression that backtracks, or comes from input',
  severity: 'high',
  why: 'JavaScript’s expressions backtrack: `(a+)+$` on thirty letters and an exclamation mark tries a billion ways, on the one thread that serves everybody. It takes one request of forty bytes to stop a process, and CPU time-outs do not exist within it.',
  looksFor:
    'An expression with nested or adjacent repetitions that can match the same text (`(\\w+\\s?)*`, `(a|a)*`, `\\s*,\\s*` under a star, `.*` twice before a literal) run on input whose length nobody limits; `new RegExp(input)`, also as `$regex` in MongoDB or `~` in Postgres; validators that run such expressions (old `email` patterns).',
  sparesFor: [
    'Repetitions over disjoint characters (`[a-z]+-[0-9]+`), anchored, without nesting.',
    'Input limited to a length at which the worst case is harmless, before the test.',
    '`re2` or another engine of linear time, and `RegExp.escape` (or an own escape) around input.',
    'Expressions on constants and configuration.',
  ],
  fix: 'Limit the length first. Rewrite so that each character can be taken by one repetition only, or use string methods, a schema’s format, or RE2. Check expressions in CI with `recheck` or the rule `regexp/no-super-linear-backtracking`.',
  numbers: [
    '(a+)+$ takes about 2^n steps on n letters that do not match: 30 letters are 10^9 [OWASP, Regular expression Denial of Service].',
    'On 2 July 2019 one expression took all HTTP CPU of Cloudflare for 27 minutes [blog.cloudflare.com, Details of the outage on July 2, 2019].',
  ],
  siblings: [
    'resource-exhaustion-by-input',
    'cpu-heavy-work-on-request-path',
    'event-loop-blocking',
    'code-or-template-from-input',
  ],
  covers: ['ReDoS and expressions from input'],
  wrong: {
    language: 'ts',
    stack: 'Fastify 5',
    text: `const NAME = /^(\\w+\\s?)*$/

app.get<{ Querystring: { name: string; like: string } }>('/people', async ({ query }) => {
  if (!NAME.test(query.name)) throw app.httpErrors.badRequest()
  return people.filter(({ city }) => new RegExp(query.like).test(city))
})`,
  },
  right: {
    language: 'ts',
    stack: 'Fastify 5',
    text: `const Query = z.object({
  name: z.string().max(80).regex(/^\\w+(?: \\w+)*$/),
  like: z.string().max(80),
})

app.get('/people', async ({ query }) => {
  const { name, like } = Query.parse(query)
  return people.filter((one) => one.name === name && one.city.includes(like))
})`,
  },
  executedBy: 'by-hand',
}
