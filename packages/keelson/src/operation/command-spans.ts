/** A command as a span with its phases: from the handler's first run through its group to the flush. */
import { PHASES } from '../engine/facts.js'
import type { Tracing } from '../telemetry/tracing.js'
import type { NoteCommand } from './command-metrics.js'

/** What came again (another group, another run) is shown as one stretch of its kind. */
export const traceCommands =
  (tracing: Tracing): NoteCommand =>
  (facts, name) =>
    tracing.past({
      name,
      beganMs: facts.beganMs,
      parts: PHASES.filter((phase) => facts[phase] > 0).map((phase) => ({
        name: `keelson.${phase}`,
        durationMs: facts[phase],
      })),
      attributes: {
        'keelson.waves': facts.waves,
        'keelson.reruns': facts.reruns,
        'keelson.deferrals': facts.deferrals,
        ...(facts.groupId === undefined
          ? {}
          : { 'keelson.group.id': facts.groupId, 'keelson.group.size': facts.members }),
        ...(facts.soloReason === undefined ? {} : { 'keelson.solo.reason': facts.soloReason }),
      },
    })
