/** Decimal numbers as Postgres prints them (`numeric`): plain digits, rounded half away from zero to their scale. */

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/

/**
 * The text Postgres prints for this decimal in a column of this scale (undefined: any), or undefined if it is not a
 * decimal number. NaN and the infinities are kept as Postgres names them.
 */
export function canonicalNumeric(text: string, scale: number | undefined): string | undefined {
  if (text === 'NaN' || text === 'Infinity' || text === '-Infinity') return text
  const match = DECIMAL.exec(text.trim())
  if (!match || (match[2] === '' && (match[3] ?? '') === '')) return undefined
  const exponent = Number(match[4] ?? 0)
  const fraction = match[3] ?? ''
  let digits = match[2]! + fraction
  let decimals = fraction.length - exponent
  if (decimals < 0) {
    digits += '0'.repeat(-decimals)
    decimals = 0
  }
  let value = BigInt(digits)
  const wanted = scale ?? decimals
  if (wanted >= decimals) value *= 10n ** BigInt(wanted - decimals)
  else {
    const unit = 10n ** BigInt(decimals - wanted)
    value = (value + unit / 2n) / unit
  }
  const padded = value.toString().padStart(wanted + 1, '0')
  const whole = wanted === 0 ? padded : `${padded.slice(0, -wanted)}.${padded.slice(-wanted)}`
  return match[1] === '-' && value !== 0n ? `-${whole}` : whole
}
