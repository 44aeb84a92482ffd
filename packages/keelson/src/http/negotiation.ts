/** What the client takes: media types and codings, by their weights (RFC 9110, 12.5). */

/** Whether the answer may be JSON. No header accepts anything. */
export function acceptsJson(accept: string | undefined): boolean {
  if (accept === undefined || accept === '*/*' || accept === 'application/json') return true
  let precision = 0
  let weight = 0
  for (const [range, weighs] of weighted(accept)) {
    const precise = PRECISION[range] ?? 0
    if (precise > precision) [precision, weight] = [precise, weighs]
    else if (precise === precision && precise > 0) weight = Math.max(weight, weighs)
  }
  return weight > 0
}

const PRECISION: Readonly<Record<string, number>> = { '*/*': 1, 'application/*': 2, 'application/json': 3 }

export type Coding = 'br' | 'gzip'

/** The coding to send, or undefined for none; at equal weights the denser one. */
export function preferredCoding(acceptEncoding: string | undefined): Coding | undefined {
  if (acceptEncoding === undefined) return undefined
  const weights = new Map(weighted(acceptEncoding))
  const weightOf = (coding: string): number => weights.get(coding) ?? weights.get('*') ?? 0
  const br = weightOf('br')
  const gzip = Math.max(weightOf('gzip'), weights.get('x-gzip') ?? 0)
  if (br === 0 && gzip === 0) return undefined
  return br >= gzip ? 'br' : 'gzip'
}

function weighted(header: string): [name: string, weight: number][] {
  return header.split(',').map((part) => {
    const [name, ...parameters] = part.split(';')
    const q = parameters
      .map((each) => /^\s*q=([\d.]+)\s*$/i.exec(each)?.[1])
      .find((each) => each !== undefined)
    return [name!.trim().toLowerCase(), q === undefined ? 1 : Number(q) || 0]
  })
}
