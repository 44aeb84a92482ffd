/** A database of its own for a chapter of the guide. */
import pg from 'pg'

export interface ChapterDatabase {
  readonly url: string
  drop(): Promise<void>
}

export async function createChapterDatabase(chapter: string): Promise<ChapterDatabase> {
  const name = `keelson_guide_${chapter}_${process.pid}`
  const url = new URL(process.env.KEELSON_TEST_DATABASE_URL!)
  const admin = new pg.Client({ connectionString: url.href })
  await admin.connect()
  await admin.query(`create database ${name}`)
  url.pathname = name
  return {
    url: url.href,
    async drop() {
      await admin.query(`drop database ${name} with (force)`)
      await admin.end()
    },
  }
}
