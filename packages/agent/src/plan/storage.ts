/**
 * What a plan says of Postgres: processors, memory, disk, WAL and operations of the disk. Sizes of rows and pages: Postgres'
 * manual, "Database Page Layout" (header of a tuple 23 bytes, aligned to 24; line pointer 4; page 8,192; header of an
 * index tuple 8) and "Write Ahead Log" (checkpoints, full page writes).
 */
import { bytesShown, shown, type Figure } from './figure.js'
import { meanWritesOf, peakOf, type Load } from './load.js'
import { inside } from './queueing.js'
import { poolOf, processesOf } from './service.js'

const DAY_SECONDS = 86_400
const PAGE_BYTES = 8192
/** Header and line pointer of a row. */
const ROW_BYTES = 28
/** A uuid in an index: header 8, key 16, line pointer 4; leaves that random keys fill are ln 2 full (A. Yao, 1978). */
const INDEX_ENTRY_BYTES = 28 / Math.LN2
/** What dead rows and free space add to a table that autovacuum keeps up with. */
const BLOAT = 1.2
const CHECKPOINT_SECONDS = 300
const DATABASE_UTILISATION_MAX = 0.6
const GIBIBYTE = 1_073_741_824

const LAYOUT = "Postgres' manual, Database Page Layout"
const WAL = "Postgres' manual, WAL Configuration"

const rowBytesOf = ({ payloadBytes, indexes }: Load): number =>
  (payloadBytes + ROW_BYTES) * BLOAT + indexes * INDEX_ENTRY_BYTES

const dataBytesOf = (load: Load): number =>
  meanWritesOf(load) * DAY_SECONDS * load.retentionDays * rowBytesOf(load)

/** Pages of an index that are touched at least once by so many random writes: M × (1 − e^(−N ÷ M)). */
export const pagesTouched = (pages: number, writes: number): number =>
  pages === 0 ? 0 : pages * (1 - Math.exp(-writes / pages))

/** In one checkpoint interval, at the mean or at the peak. */
function walBytesOf(load: Load, writesPerSecond: number): number {
  const writes = writesPerSecond * CHECKPOINT_SECONDS
  const records = writes * (load.payloadBytes + 150 + load.indexes * 100)
  return records + load.indexes * touchedOf(load, writes) * PAGE_BYTES
}

function touchedOf(load: Load, writes: number): number {
  const rows = meanWritesOf(load) * DAY_SECONDS * load.retentionDays
  return pagesTouched((rows * INDEX_ENTRY_BYTES) / PAGE_BYTES, writes)
}

export function storageFigures(load: Load): Figure[] {
  return [...databaseFigures(load), ...diskFigures(load), ...walFigures(load)]
}

/** Processors that the database needs. */
export const coresOf = (load: Load): number =>
  Math.max(2, Math.ceil(inside(peakOf(load), load.databaseProcessorMs) / DATABASE_UTILISATION_MAX))

function databaseFigures(load: Load): Figure[] {
  const cores = coresOf(load)
  const connections = poolOf(load) * processesOf(load)
  const hotBytes = dataBytesOf(load) * load.hotShare
  return [
    {
      component: 'database',
      name: 'processors',
      value: cores,
      unit: 'cores',
      formula: 'max(2, ⌈λ × processor time of the database ÷ 0.6⌉)',
      worked: `max(2, ⌈${shown(peakOf(load))}/s × ${load.databaseProcessorMs} ms ÷ ${DATABASE_UTILISATION_MAX}⌉)`,
      assumption: 'measure it: total_exec_time of pg_stat_statements, less the time that it waited',
      source: 'utilisation law ρ = λS',
    },
    {
      component: 'database',
      name: 'connections that it works on at once',
      value: cores * 2 + 1,
      unit: 'connections',
      formula: '2 × cores + effective spindles',
      worked: `2 × ${cores} + 1`,
      assumption: 'an SSD counts as one; beyond it, connections wait rather than work',
      source: 'Postgres wiki, Number Of Database Connections',
    },
    {
      component: 'database',
      name: 'memory',
      value: GIBIBYTE + hotBytes + connections * 10_485_760,
      unit: 'bytes',
      formula: '1 GiB + hot share × data + 10 MiB × connections; shared_buffers a quarter of it',
      worked: `1 GiB + ${load.hotShare} × ${bytesShown(dataBytesOf(load))} + 10 MiB × ${connections}`,
      assumption: 'what is read again and again should fit into memory',
      source: "Postgres' manual, Resource Consumption (25 % for shared_buffers); 10 MiB is a rule of thumb",
    },
  ]
}

function diskFigures(load: Load): Figure[] {
  const rowBytes = rowBytesOf(load)
  const writes = meanWritesOf(load)
  const data = dataBytesOf(load)
  return [
    {
      component: 'disk',
      name: 'stored by one write',
      value: rowBytes,
      unit: 'bytes',
      formula: '(payload + 28) × 1.2 + indexes × 28 ÷ ln 2',
      worked: `(${shown(load.payloadBytes)} + 28) × ${BLOAT} + ${load.indexes} × 40.4`,
      assumption: 'each write inserts one row; indexes over a uuid; 20 % dead rows and free space',
      source: LAYOUT,
    },
    {
      component: 'disk',
      name: 'growth',
      value: writes * DAY_SECONDS * rowBytes,
      unit: 'bytes/day',
      formula: 'mean writes/s × 86,400 × stored by one write',
      worked: `${shown(writes)} × 86,400 × ${shown(rowBytes)}`,
      assumption: `the peak is ${load.peakToMean} times the mean`,
      source: 'arithmetic',
    },
    {
      component: 'disk',
      name: 'disk of the database',
      value: 2 * data,
      unit: 'bytes',
      formula: '2 × growth × days kept',
      worked: `2 × ${shown(writes)}/s × 86,400 × ${load.retentionDays} × ${shown(rowBytes)}`,
      assumption: 'as much again for rewriting tables, building indexes and WAL; alert at 70 %',
      source: 'arithmetic',
    },
    {
      component: 'disk',
      name: 'operations',
      value: operationsOf(load),
      unit: 'operations/s',
      formula: 'commits + touched pages ÷ (0.9 × 300 s) + reads × 4 pages × 1 % missed',
      worked: `${shown(peakWritesOf(load))} + ${shown(touchedPagesOf(load))} ÷ 270 + ${shown(peakOf(load) - peakWritesOf(load))} × 0.04`,
      assumption:
        'at the peak; a flush of its own for each commit is the worst case, commits at once share one',
      source: WAL,
    },
  ]
}

const peakWritesOf = (load: Load): number => peakOf(load) * load.writesShare

const touchedPagesOf = (load: Load): number => {
  const writes = peakWritesOf(load) * CHECKPOINT_SECONDS
  const tablePages = (writes * (load.payloadBytes + ROW_BYTES)) / PAGE_BYTES
  return load.indexes * touchedOf(load, writes) + tablePages
}

const operationsOf = (load: Load): number =>
  peakWritesOf(load) + touchedPagesOf(load) / 270 + (peakOf(load) - peakWritesOf(load)) * 0.04

function walFigures(load: Load): Figure[] {
  const peakWal = walBytesOf(load, peakWritesOf(load))
  const dayWal = (walBytesOf(load, meanWritesOf(load)) * DAY_SECONDS) / CHECKPOINT_SECONDS
  return [
    {
      component: 'wal',
      name: 'WAL at the peak',
      value: peakWal / CHECKPOINT_SECONDS,
      unit: 'bytes/s',
      formula: 'writes × (payload + 150 + 100 × indexes) + first touches of index pages × 8,192 ÷ 300 s',
      worked: `${shown(peakWritesOf(load))}/s × (${shown(load.payloadBytes)} + 150 + 100 × ${load.indexes}) + ${load.indexes} × ${shown(touchedOf(load, peakWritesOf(load) * CHECKPOINT_SECONDS))} × 8,192 ÷ 300`,
      assumption:
        'random keys, no wal_compression, pages touched M × (1 − e^(−N ÷ M)); measure by pg_stat_wal',
      source: WAL,
    },
    {
      component: 'wal',
      name: 'max_wal_size',
      value: Math.max(GIBIBYTE, 2 * peakWal),
      unit: 'bytes',
      formula: 'max(1 GiB, 2 × WAL of checkpoint_timeout)',
      worked: `max(1 GiB, 2 × ${bytesShown(peakWal)})`,
      assumption: 'checkpoint_timeout is 5 min, so that time and not size begins checkpoints',
      source: WAL,
    },
    {
      component: 'wal',
      name: 'archive',
      value: dayWal,
      unit: 'bytes/day',
      formula: 'WAL at the mean × 86,400 s',
      worked: `${bytesShown(dayWal / DAY_SECONDS)}/s × 86,400`,
      assumption: 'for point-in-time recovery, before compression; times the days to go back to',
      source: "Postgres' manual, Continuous Archiving",
    },
  ]
}
