/** The migration rules as a checker of the reviewer. */
import type { Checker } from '../checker.js'
import { reviewMigrations } from './review.js'
import { MIGRATION_RULES } from './rules.js'

export const migrationsChecker: Checker = {
  name: 'migrations',
  rules: MIGRATION_RULES.map(({ id, title, severity }) => ({ id, title, severity })),
  check: (files, context) =>
    reviewMigrations(
      files.filter(({ kind }) => kind === 'sql' || kind === 'script'),
      {
        isOn: (rule) => context.isOn(rule),
        folders: context.migrationFolders,
        smallTables: context.smallTables,
        isLockTimeoutElsewhere: context.isLockTimeoutElsewhere,
      },
    ),
}
