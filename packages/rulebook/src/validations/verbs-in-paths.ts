/** Verbs in paths. */
import type { Validation } from '../entry.js'

export const verbsInPaths: Validation = {
  kind: 'validation',
  id: 'verbs-in-paths',
  title: 'Verbs in paths',
  severity: 'low',
  why: 'A path such as `/getOrders` or `/orders/delete?id=7` says the method twice and often says it wrong: a GET that deletes is followed by crawlers, prefetchers and link checkers, and caches keep what should change. Clients cannot guess the next name, since each operation has one of its own.',
  looksFor:
    'Paths with a verb where the method says it (`/getUser`, `/createOrder`, `/users/update`), GET that changes something, singular and plural mixed, camelCase beside kebab-case, file endings, nesting of three levels and more.',
  sparesFor: [
    'Actions that are no change of one resource: `POST /orders/{id}/cancel`, `/sign-in`, `/search`, or AIP’s `:cancel`.',
    'RPC by design: GraphQL, gRPC gateways, tRPC, JSON-RPC.',
    'Paths that exist and are used: renaming them is the greater harm; say it for new ones.',
  ],
  fix: 'Nouns in the plural, the method for what is done, an action as a sub-resource where no method fits. Old paths stay with Deprecation until they are unused.',
  numbers: [
    '5 standard methods: Get, List, Create, Update, Delete; custom ones are POST with a verb at the end [google.aip.dev/130 and 136].',
  ],
  siblings: ['wrong-status-codes', 'breaking-api-change', 'api-versioning'],
  covers: [],
  wrong: {
    language: 'ts',
    stack: 'Express 5',
    text: `app.get('/getOrder/:id', show)
app.get('/orders/delete/:id', remove)
app.post('/createOrder', create)`,
  },
  right: {
    language: 'ts',
    stack: 'Express 5',
    text: `app.get('/orders/:id', show)
app.delete('/orders/:id', remove)
app.post('/orders', create)
app.post('/orders/:id/cancel', cancel)`,
  },
  executedBy: 'by-hand',
}
