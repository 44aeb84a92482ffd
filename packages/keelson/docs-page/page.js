/** The page: the API's name, a search, a place for a key, and every operation, drawn from openapi.json. */
import { inline, make, prose } from './elements.js'
import { fieldsOf, resolve, typeOf } from './schema.js'
import { tryForm } from './try.js'

const METHODS = ['get', 'post', 'put', 'patch', 'delete']

function draw(api, source) {
  document.title = api.info.title
  const search = make('input', {
    type: 'search',
    id: 'search',
    placeholder: 'Search (press /)',
    data: { 'aria-label': 'Search' },
  })
  const key = make('input', {
    type: 'password',
    id: 'key',
    autocomplete: 'off',
    placeholder: 'Key, kept on this page only',
    data: { 'aria-label': 'Key' },
  })
  const served = new URL(api.servers?.[0]?.url ?? '/', source).href
  // `/` stands for wherever this page is served, also below another application's path.
  const base = api.servers?.[0]?.url === '/' ? new URL('.', source).href : served
  const context = { api, base: base.endsWith('/') ? base : `${base}/`, key: () => key.value.trim() }
  const groups = groupsOf(api, context)
  const nothing = make('p', { id: 'nothing', hidden: true, textContent: 'No operation has these words.' })
  document.body.replaceChildren(
    make('header', {}, make('h1', { textContent: `${api.info.title} ${api.info.version}` }), search, key),
    make(
      'main',
      {},
      prose(api.info.description),
      make('p', {}, make('a', { href: 'openapi.json', textContent: 'openapi.json' })),
      groups.map(({ section }) => section),
      nothing,
    ),
  )
  const operations = groups.flatMap((group) => group.operations)
  key.addEventListener('input', () => operations.forEach(({ refresh }) => refresh()))
  search.addEventListener('input', () => (nothing.hidden = find(groups, search.value)))
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return
    event.preventDefault()
    search.focus()
  })
  const show = () => {
    const box = document.getElementById(decodeURIComponent(location.hash.slice(1)))
    if (box?.tagName === 'DETAILS') box.open = true
    box?.scrollIntoView()
  }
  window.addEventListener('hashchange', show)
  show()
}

/** Shows what holds every word; whether there is anything. */
function find(groups, text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  let found = false
  for (const { section, operations } of groups) {
    for (const { box, words: own } of operations) box.hidden = !words.every((word) => own.includes(word))
    section.hidden = operations.every(({ box }) => box.hidden)
    found ||= !section.hidden
  }
  return found
}

function groupsOf(api, context) {
  const byTag = new Map()
  for (const [path, methods] of Object.entries(api.paths)) {
    for (const method of METHODS.filter((each) => methods[each])) {
      const operation = methods[method]
      const tag = operation.tags?.[0] ?? 'others'
      byTag.set(tag, [...(byTag.get(tag) ?? []), operationOf({ ...context, path, method, operation })])
    }
  }
  return [...byTag].map(([tag, operations]) => ({
    operations,
    section: make(
      'section',
      {},
      make('h2', { textContent: tag }),
      operations.map(({ box }) => box),
    ),
  }))
}

function operationOf(context) {
  const { path, method, operation } = context
  const form = { refresh: () => undefined }
  const content = make('div')
  const box = make(
    'details',
    { className: 'operation', id: operation.operationId ?? `${method} ${path}` },
    make(
      'summary',
      {},
      make('span', { className: `mono method ${method}`, textContent: method.toUpperCase() }),
      make('span', { className: 'mono path', textContent: path }),
      make('span', { className: 'about', textContent: operation.summary ?? '' }),
    ),
    content,
  )
  // Drawn when it is opened: a large API has hundreds.
  box.addEventListener('toggle', () => {
    if (!box.open || content.hasChildNodes()) return
    const tried = tryForm(context)
    form.refresh = tried.refresh
    content.append(...detailsOf(context), make('h3', { textContent: 'Try it' }), tried.form)
  })
  const words = [
    path,
    method,
    operation.operationId,
    operation.summary,
    operation.description,
    operation.tags,
  ]
  return { box, words: words.flat().join(' ').toLowerCase(), refresh: () => form.refresh() }
}

function detailsOf({ api, operation }) {
  const parameters = (operation.parameters ?? []).map((each) => resolve(api, each))
  const body = operation.requestBody?.content?.['application/json']?.schema
  return [
    ...prose(operation.description),
    parameters.length > 0 && make('h3', { textContent: 'Parameters' }),
    parameters.length > 0 &&
      make(
        'ul',
        { className: 'fields' },
        parameters.map((each) => parameterOf(api, each)),
      ),
    body && make('h3', { textContent: 'Body' }),
    body && (fieldsOf(api, body) ?? make('p', { className: 'faint', textContent: typeOf(api, body) })),
    make('h3', { textContent: 'Answers' }),
    ...Object.entries(operation.responses).map(([status, response]) =>
      answerOf(api, status, resolve(api, response)),
    ),
  ].filter(Boolean)
}

const parameterOf = (api, { name, in: place, required, schema, description }) =>
  make(
    'li',
    {},
    make('span', { className: 'mono', textContent: name + (required ? '' : '?') }),
    make('span', { className: 'faint', textContent: ` ${place}, ${typeOf(api, schema)} ` }),
    inline(description ?? ''),
  )

function answerOf(api, status, response) {
  const schema = Object.values(response.content ?? {})[0]?.schema
  const isProblem = response.content?.['application/problem+json'] !== undefined
  return make(
    'div',
    {},
    make('p', {}, make('strong', { textContent: `${status} ` }), inline(response.description ?? '')),
    // All problems have the same members; their codes stand in the description.
    schema && !isProblem ? fieldsOf(api, schema) : undefined,
  )
}

const source = new URL('openapi.json', location.href)
fetch(source)
  .then((response) => response.json())
  .then(
    (api) => draw(api, source),
    (error) =>
      document.body.append(
        make('p', { className: 'bad', textContent: `openapi.json could not be read: ${error.message}` }),
      ),
  )
