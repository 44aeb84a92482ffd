/** The form that sends a request: its fields, the same request as a curl, and what came back. */
import { make } from './elements.js'
import { resolve, typeOf } from './schema.js'

/** `key` gives what the caller typed into the head of the page; it is kept nowhere. */
export function tryForm({ api, base, path, method, operation, key }) {
  const parameters = (operation.parameters ?? []).map((each) => resolve(api, each))
  const inputs = parameters.map((parameter) => [parameter, inputOf(api, parameter)])
  const media = operation.requestBody?.content?.['application/json']
  const body =
    media && make('textarea', { value: bodyText(media), spellcheck: false, data: { 'aria-label': 'Body' } })
  const curl = make('pre', { className: 'curl' })
  const answer = make('div', { data: { 'aria-live': 'polite' } })
  const request = () => requestOf({ api, base, path, method, operation, key: key(), inputs, body })
  const refresh = () => (curl.textContent = curlOf(request()))
  const form = make(
    'form',
    {},
    inputs.map(([{ name, required, in: place, schema }, input]) =>
      make(
        'label',
        { className: 'row' },
        make(
          'span',
          {},
          make('span', { className: 'mono', textContent: name + (required ? '' : '?') }),
          ` ${place}`,
        ),
        Object.assign(input, { title: typeOf(api, schema) }),
      ),
    ),
    body && make('label', {}, 'Body', body),
    make(
      'div',
      { className: 'actions' },
      make('button', { textContent: 'Send' }),
      make('button', {
        type: 'button',
        className: 'quiet',
        textContent: 'Copy as curl',
        onclick: () => navigator.clipboard.writeText(curlOf(request())),
      }),
    ),
    curl,
    answer,
  )
  form.addEventListener('input', refresh)
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void send(request(), answer)
  })
  refresh()
  return { form, refresh }
}

const bodyText = (media) => JSON.stringify(media.example ?? {}, null, 2)

function inputOf(api, { name, example, schema }) {
  const { enum: choices, default: usual } = resolve(api, schema)
  const value = name === 'Idempotency-Key' ? newKey() : (example ?? '')
  if (!choices)
    return make('input', { value: String(value), placeholder: usual === undefined ? '' : String(usual) })
  return make(
    'select',
    {},
    ['', ...choices].map((choice) => make('option', { textContent: String(choice) })),
  )
}

/** Also where the page was not loaded safely, and the browser has no randomUUID. */
const newKey = () =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')

function requestOf({ api, base, path, method, operation, key, inputs, body }) {
  const headers = {}
  const query = new URLSearchParams()
  let at = path
  for (const [{ name, in: place }, input] of inputs) {
    if (place === 'path') at = at.replace(`{${name}}`, encodeURIComponent(input.value))
    else if (input.value === '') continue
    else if (place === 'header') headers[name] = input.value
    else if (place === 'query') query.append(name, input.value)
  }
  if (key !== '') Object.assign(headers, credential(api, operation, key))
  if (body) headers['Content-Type'] = 'application/json'
  const search = query.size === 0 ? '' : `?${query}`
  return {
    method: method.toUpperCase(),
    url: new URL(at.replace(/^\//, '') + search, base).href,
    headers,
    body: body?.value,
  }
}

function credential(api, operation, key) {
  const name = (operation.security ?? []).flatMap((each) => Object.keys(each))[0]
  const scheme = api.components?.securitySchemes?.[name] ?? {}
  if (scheme.type === 'apiKey') return scheme.in === 'header' ? { [scheme.name]: key } : {}
  return { Authorization: `Bearer ${key}` }
}

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`

/** For a POSIX shell; the key stays out of it. */
function curlOf({ method, url, headers, body }) {
  const shown = Object.entries(headers).map(([name, value]) =>
    name === 'Authorization' ? `-H "Authorization: Bearer $KEY"` : `-H ${quoted(`${name}: ${value}`)}`,
  )
  const verb = method === 'GET' ? '' : `-X ${method} `
  return [
    `curl -i ${verb}${quoted(url)}`,
    ...shown,
    ...(body === undefined ? [] : [`-d ${quoted(body)}`]),
  ].join(' \\\n  ')
}

async function send({ method, url, headers, body }, answer) {
  answer.replaceChildren(make('p', { className: 'faint', textContent: 'Waiting…' }))
  const startedAt = performance.now()
  try {
    const response = await fetch(url, { method, headers, body })
    const text = await response.text()
    const ms = Math.round(performance.now() - startedAt)
    const told = [...response.headers].map(([name, value]) => `${name}: ${value}`).join('\n')
    answer.replaceChildren(
      make('h3', {
        className: `status ${response.ok ? '' : 'bad'}`,
        textContent: `${response.status} ${response.statusText} · ${ms} ms`,
      }),
      make('pre', { className: 'answer', textContent: pretty(text) }),
      make('pre', { className: 'faint', textContent: told }),
    )
  } catch (error) {
    answer.replaceChildren(
      make('p', { className: 'bad', textContent: `Nothing came back: ${error.message}` }),
    )
  }
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}
