import { db, many, one } from '../db/index.js'

const ORDERS = {
  newest: 't.id DESC',
  active: 't.last_reply_at DESC',
  replies: 't.reply_count DESC'
}

export function listThreads(boardId, order) {
  const by = Object.hasOwn(ORDERS, order) ? ORDERS[order] : ORDERS.newest
  return many(`SELECT t.id, t.subject FROM threads t WHERE t.board_id = $1 ORDER BY ${by} LIMIT 50`, [boardId])
}

export function findThread(id) {
  return one('SELECT id, board_id, author_id, subject, locked FROM threads WHERE id = $1', [id])
}

export function threadsBySubject(words) {
  const clauses = words.map((word) => `subject ILIKE '%${word}%'`).join(' AND ')
  return db.unsafe(`SELECT id, subject FROM threads WHERE ${clauses} ORDER BY id DESC LIMIT 50`)
}

export function threadsOf(authorId) {
  return db`SELECT id, subject FROM threads WHERE author_id = ${authorId} ORDER BY id DESC LIMIT 50`
}

export async function authorOf(thread) {
  const [author] = await db`SELECT id, handle, avatar FROM users WHERE id = ${thread.author_id}`
  return author
}
