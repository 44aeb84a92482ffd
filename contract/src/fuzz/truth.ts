/**
 * Whether the document tells the truth: what is answered by a success was asked for as it says, and is answered as it
 * says. Formats are not looked at: libraries differ in what they take for one.
 */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import type { FuzzRequest } from './requests.js'
import type { FuzzAnswer } from './send.js'

const DOCUMENT = 'openapi'

export class Truth {
  readonly #ajv = new Ajv2020({ strict: false, validateFormats: false })
  readonly #document: object

  constructor(document: object) {
    this.#document = document
    this.#ajv.addSchema(document, DOCUMENT)
  }

  /** A sentence, or undefined where the document is right. */
  verdictOn({ aim, body }: FuzzRequest, answer: FuzzAnswer): string | undefined {
    if (aim === undefined || answer.status >= 300) return undefined
    const operation = ['paths', aim.path, aim.method.toLowerCase()]
    const asked = this.#schema([...operation, 'requestBody', 'content', 'application/json', 'schema'])
    if (asked !== undefined && body !== undefined && body.length > 0) {
      if (!asked(parsed(body.toString())))
        return `took a body that is not as documented: ${this.#ajv.errorsText(asked.errors)}`
    }
    const responses = [...operation, 'responses', String(answer.status)]
    if (at(this.#document, responses) === undefined) return `status ${answer.status} is not documented`
    const answered = this.#schema([...responses, 'content', 'application/json', 'schema'])
    if (answered === undefined || answered(parsed(answer.body))) return undefined
    return `answered what is not documented: ${this.#ajv.errorsText(answered.errors)}`
  }

  /** Undefined where the document has none there. */
  #schema(path: readonly string[]): ValidateFunction | undefined {
    if (at(this.#document, path) === undefined) return undefined
    const pointer = path.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
    return this.#ajv.getSchema(`${DOCUMENT}#/${pointer.join('/')}`)
  }
}

const at = (document: object, path: readonly string[]): unknown =>
  path.reduce<unknown>((holder, name) => (holder as Record<string, unknown> | undefined)?.[name], document)

/** Undefined, which no schema takes, where it is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
