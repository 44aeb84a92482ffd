/**
 * `npm run replay -w examples/shop`: progress on stderr, the report on stdout.
 */
import { readNorthwind } from './northwind.js'
import { HELP, OptionsError, parseOptions } from './options.js'
import { progressOn } from './progress.js'
import { replay } from './replay.js'
import { reportText } from './report.js'
import { shopClient } from './shop-client.js'

const main = async (): Promise<number> => {
  const options = parseOptions(process.argv.slice(2), process.env)
  if (options === 'help') {
    console.log(HELP)
    return 0
  }
  const { url, key, concurrency, json } = options
  const progress = progressOn(process.stderr, 'orders')
  const report = await replay(shopClient({ url, key }), await readNorthwind(), { concurrency, progress })
  console.log(json ? JSON.stringify(report, null, 2) : reportText(report))
  return report.ok ? 0 : 1
}

try {
  process.exitCode = await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = error instanceof OptionsError ? 2 : 1
}
