/** How lines of the log name a trace that was stored with what a request left behind. */

/** `traceparent` as Keelson has written it; nothing where there is none. */
export const traceFields = (traceparent: string | null | undefined): { readonly traceId?: string } =>
  traceparent === null || traceparent === undefined ? {} : { traceId: traceparent.split('-')[1]! }
