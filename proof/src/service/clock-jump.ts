/** Loaded before the service (`--import`): its clock is off by PROOF_CLOCK_SHIFT_MS milliseconds; timers run as ever. */
const shiftMs = Number(process.env['PROOF_CLOCK_SHIFT_MS'] ?? 0)
const now = Date.now.bind(Date)

Date.now = () => now() + shiftMs
