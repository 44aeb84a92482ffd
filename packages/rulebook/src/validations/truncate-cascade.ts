/** TRUNCATE CASCADE. */
import type { Validation } from '../entry.js'

export const truncateCascade: Validation = {
  kind: 'validation',
  id: 'truncate-cascade',
  title: 'TRUNCATE CASCADE',
  severity: 'critical',
  why: 'TRUNCATE … CASCADE empties every table that refers to the one named, and those that refer to these, whatever their `on delete` says. No row triggers fire, nothing is counted, and a script that was to reset a list of countries has emptied the orders.',
  looksFor:
    '`truncate` in migrations, seeds, scripts and test helpers that may reach a database with real data; `cascade` always; `drop table … cascade`, `drop schema … cascade`, `prisma migrate reset`, `synchronize: true` with `dropSchema`, `sequelize.sync({ force: true })` outside of tests; no check of which database it is.',
  sparesFor: [
    'Test set-up against a database whose name or container is checked.',
    'Tables made in the same migration, staging tables for imports, partitions named one by one.',
    '`drop … cascade` of views and functions only.',
  ],
  fix: 'Name each table, without CASCADE, so that a reference makes it fail. Delete in batches where readers are. Guard destructive scripts by the database’s name, and take these rights from the role of the service.',
  numbers: [
    'TRUNCATE takes ACCESS EXCLUSIVE, fires no ON DELETE triggers, and is not safe under MVCC: older snapshots see 0 rows [PostgreSQL manual, TRUNCATE].',
  ],
  siblings: ['cascade-on-large-tables', 'rename-or-drop-in-use', 'least-privilege', 'backups-never-restored'],
  covers: [],
  wrong: {
    language: 'sql',
    stack: 'SQL, a seed',
    text: `truncate countries cascade;
insert into countries (code, name) values ('DE', 'Germany'), ('FR', 'France');`,
  },
  right: {
    language: 'sql',
    stack: 'SQL, a seed',
    text: `insert into countries (code, name) values ('DE', 'Germany'), ('FR', 'France')
on conflict (code) do update set name = excluded.name;`,
  },
  executedBy: 'by-hand',
}
