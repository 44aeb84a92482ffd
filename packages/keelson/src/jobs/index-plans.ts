/**
 * Statements on tables of jobs go by their indexes, always. The planner's figures for such a table are wrong most of the time: it
 * is empty when they are taken and full when they are used, or the other way round, and then it sorts a whole queue, or reads all
 * of the table, to find twenty rows.
 */
import type { Statement } from '../postgres/burst-query.js'

/** The first statement of a burst; holds until its end. */
export const BY_INDEX: Statement = {
  name: 'keelson_jobs_by_index',
  text: `select ${['seqscan', 'bitmapscan', 'sort', 'hashjoin', 'mergejoin'].map((way) => `set_config('enable_${way}', 'off', true)`).join(', ')}`,
}
