const FINISHED_TRIPS = `
  FROM trips t
  JOIN vehicles v ON v.id = t.vehicle_id
 WHERE t.fleet_id = $1
   AND t.status = 'finished'
   AND t.finished_at >= $2
   AND t.finished_at < $3`;

export const SORTABLE = {
  plate: 'v.plate',
  trips: 'trips',
  hours: 'hours',
} as const;

export type SortKey = keyof typeof SORTABLE;

export const usageSql = (sort: SortKey, descending: boolean): string => `
SELECT v.plate,
       count(*)::int AS trips,
       round(sum(extract(epoch FROM t.finished_at - t.starts_at)) / 3600)::int AS hours
${FINISHED_TRIPS}
 GROUP BY v.id, v.plate
 ORDER BY ${SORTABLE[sort]} ${descending ? 'DESC' : 'ASC'}, v.id
 LIMIT $4`;

export const TOTAL_SQL = `SELECT count(*)::int AS trips ${FINISHED_TRIPS}`;
