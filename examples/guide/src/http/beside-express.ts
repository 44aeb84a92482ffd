import express from 'express'
import { createServer } from 'keelson'
import guide from './app.js'

/** An Express application of before, with Keelson under `/v2`. */
export async function besideExpress(databaseUrl: string) {
  const keelson = await createServer(guide, { databaseUrl })
  const existing = express()
  existing.use(express.json())
  existing.get('/v1/documents', (_request, response) => {
    response.json([])
  })
  existing.use('/v2', keelson.handler)
  return { existing, keelson }
}
