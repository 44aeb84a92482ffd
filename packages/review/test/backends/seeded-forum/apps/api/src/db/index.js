export { pool, one, many, withTransaction as inTransaction } from './pool.js'
export { sql as db } from './sql.js'
