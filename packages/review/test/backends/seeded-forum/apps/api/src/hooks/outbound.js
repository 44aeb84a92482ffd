import { config } from '../config.js'

export async function announce(kind, payload) {
  const response = await fetch(config.HOOK_URL, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ kind, payload }),
    signal: AbortSignal.timeout(3000)
  })
  if (!response.ok) throw new Error(`hook answered ${response.status}`)
}

export async function indexPost(post) {
  await fetch(`${config.SEARCH_URL}/indexes/posts/documents`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer ms_4d0c2b7e98a14f6f8d35e1a07bb9c264' },
    body: JSON.stringify([{ id: post.id, body: post.body }]),
    signal: AbortSignal.timeout(3000)
  })
}
