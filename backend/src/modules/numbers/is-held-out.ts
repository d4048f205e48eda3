import { createHash } from 'node:crypto'

/** What decides over a deal's place; the same three always give the same place. */
export interface HoldOutKey {
  readonly portalId: number
  readonly sequenceId: string
  /** HubSpot's id. */
  readonly dealId: string
}

const PLACES = 2 ** 32

/**
 * Whether a deal belongs to the group that gets no mails, so that the others can be compared with it. By deal, not by contact:
 * two contacts of one deal would tell each other. The place comes from a hash, so it needs no storing, is the same on every entry
 * and independent between sequences; a larger share keeps everybody who was in the smaller one. `percent` is 0 to 100. Pure.
 */
export function isHeldOut({ portalId, sequenceId, dealId }: HoldOutKey, percent: number): boolean {
  const digest = createHash('sha256').update(`${portalId}/${sequenceId}/${dealId}`).digest()
  return digest.readUInt32BE(0) < (percent / 100) * PLACES
}
