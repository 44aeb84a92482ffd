/** What a comparison of two contracts says, and who it collects for. */

export interface Change {
  readonly kind: 'breaking' | 'harmless'
  /** Stable: `operation-removed`, `input-required`. */
  readonly rule: string
  /** `POST /orders`, or the document as a whole. */
  readonly operation: string
  /** Where within the operation: `body.lines[].sku`, `200.total`, `query limit`. */
  readonly place: string
  readonly message: string
}

/** Collects the changes of one operation. */
export class Changes {
  readonly all: Change[] = []
  readonly #operation: string

  constructor(operation: string) {
    this.#operation = operation
  }

  breaking(rule: string, place: string, message: string): void {
    this.all.push({ kind: 'breaking', rule, operation: this.#operation, place, message })
  }

  harmless(rule: string, place: string, message: string): void {
    this.all.push({ kind: 'harmless', rule, operation: this.#operation, place, message })
  }
}
