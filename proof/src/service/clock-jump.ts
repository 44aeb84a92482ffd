/**
 * Preloaded by `--import` into a process whose clock shall jump, as after a correction by the network or a sleep of the
 * machine: PROOF_CLOCK_JUMPS='500:+7200000,1500:-3600000' sets the clock two hours ahead after half a second, and one hour
 * back after one and a half. The monotonic clock and timers go on, as they do on a machine.
 */

interface Jump {
  readonly afterMs: number
  readonly shiftMs: number
}

const jumps: readonly Jump[] = (process.env['PROOF_CLOCK_JUMPS'] ?? '').split(',').map((part) => {
  const match = /^(\d+):([+-]\d+)$/.exec(part)
  if (match === null) throw new Error(`PROOF_CLOCK_JUMPS: \`${part}\` is not AFTER_MS:SHIFT_MS.`)
  return { afterMs: Number(match[1]), shiftMs: Number(match[2]) }
})

const beganMs = performance.now()
const TrueDate = Date
const trueNow = Date.now

function shiftedNow(): number {
  const livedMs = performance.now() - beganMs
  const jump = jumps.findLast(({ afterMs }) => afterMs <= livedMs)
  return trueNow() + (jump?.shiftMs ?? 0)
}

TrueDate.now = shiftedNow
globalThis.Date = new Proxy(TrueDate, {
  construct: (target, values: readonly unknown[], heir) =>
    Reflect.construct(target, values.length === 0 ? [shiftedNow()] : values, heir) as Date,
  apply: () => new TrueDate(shiftedNow()).toString(),
})
