/**
 * A program that owns a database, for tests that kill it. It reports in lines of JSON on its output; the line 'stop' on
 * its input ends it in order.
 *
 *     node owner-process.js <folder> [setting=value ...]
 */
import { EmbeddedError, startEmbeddedPostgres } from '../src/index.js'

const [folder, ...settings] = process.argv.slice(2)

function report(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}

// The test runner runs every file in this folder, this one without arguments.
if (folder !== undefined) {
  try {
    const server = await startEmbeddedPostgres({
      folder,
      settings: Object.fromEntries(settings.map((setting) => setting.split('=') as [string, string])),
      progress: (message) => report({ progress: message }),
    })
    const { url, port, pid, origin } = server
    report({ ready: { url, port, pid, origin } })
    process.stdin.once('data', () => void server.stop().then(() => process.exit(0)))
  } catch (error) {
    if (!(error instanceof EmbeddedError)) throw error
    report({ failed: { code: error.code, message: error.message } })
  }
}
