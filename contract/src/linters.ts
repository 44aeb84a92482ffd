/** What public linters find in an OpenAPI document, by the rules that they recommend, as lines to be read. */
import { createConfig, lintFromString } from '@redocly/openapi-core'
import { Spectral } from '@stoplight/spectral-core'
import { oas } from '@stoplight/spectral-rulesets'

export async function redoclyFindings(document: object): Promise<string[]> {
  const config = await createConfig({ extends: ['recommended'] })
  const problems = await lintFromString({ source: JSON.stringify(document), config })
  return problems.map(
    ({ ruleId, severity, message, location }) =>
      `${severity} ${ruleId}: ${message} (${location.map(({ pointer }) => pointer).join(', ')})`,
  )
}

export async function spectralFindings(document: object): Promise<string[]> {
  const spectral = new Spectral()
  spectral.setRuleset(oas as never)
  const results = await spectral.run(JSON.stringify(document))
  return results.map(
    ({ code, severity, message, path }) => `${severity} ${code}: ${message} (${path.join('/')})`,
  )
}
