/** The embedded Postgres, from a package that production does not install. */
import { Obstacle } from './failure.js'

export interface Database {
  readonly url: string
  stop(): Promise<void>
}

/** Starts it on a folder. Throws Obstacle where the package is missing, and what the package throws. */
export async function startDatabase(folder: string, progress: (message: string) => void): Promise<Database> {
  const { startEmbeddedPostgres } = await import('@keelson/embedded').catch((cause: unknown) => {
    if ((cause as { code?: string }).code !== 'ERR_MODULE_NOT_FOUND') throw cause
    throw new Obstacle(
      'There is no DATABASE_URL, and @keelson/embedded is not installed. Either set DATABASE_URL to a Postgres, 15 or later, ' +
        'or run: npm install --save-dev @keelson/embedded',
      { cause },
    )
  })
  return startEmbeddedPostgres({ folder, progress })
}
