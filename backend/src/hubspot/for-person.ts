import type { HubSpot } from './hubspot.ts'

/**
 * A card reads HubSpot twice, one after the other, and HubSpot's own `hubspot.fetch` gives up after 15 s: twice this and the
 * least that is left for an answer (client.ts) is 13 s.
 */
const PATIENCE_MS = 5_000

/** The same HubSpot for requests behind which a person waits: a call that cannot be made soon says so instead of waiting. */
export function forPerson(hubspot: HubSpot): HubSpot {
  return {
    call: (portalId, call) => hubspot.call(portalId, { ...call, patienceMs: PATIENCE_MS }),
    close: () => hubspot.close(),
  }
}
