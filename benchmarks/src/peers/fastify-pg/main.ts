/** Starts one of the two variants: `main.js transaction` or `main.js one-statement`. */
import pg from 'pg'
import { oneStatementPlacer } from './one-statement.js'
import { service } from './service.js'
import { transactionPlacer } from './transaction.js'

const { DATABASE_URL, PORT, API_KEY, CALLER_ID } = process.env
const pool = new pg.Pool({ connectionString: DATABASE_URL!, max: 20 })
const placeOrder = process.argv[2] === 'one-statement' ? oneStatementPlacer(pool) : transactionPlacer(pool)
const app = service({ pool, placeOrder, callers: new Map([[API_KEY!, CALLER_ID!]]) })

process.once('SIGTERM', () => void app.close().then(() => pool.end()))
await app.listen({ port: Number(PORT), host: '127.0.0.1' })
