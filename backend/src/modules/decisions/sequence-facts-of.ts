import { isHeldOut } from '#modules/numbers/is-held-out.ts'
import type { PublishedSequence } from '#modules/sequences/get-published-sequence.ts'
import type { SequenceFacts } from './enrollment-facts.ts'

/** A sequence as far as enrolling contacts of the deal depends on it, with whether it holds the deal out. Pure. */
export function sequenceFactsOf(portalId: number, dealId: string, sequence: PublishedSequence): SequenceFacts {
  const { id, name, status, version, definition } = sequence
  const percent = definition.holdOutPercent ?? 0
  if (percent === 0) return { name, status, version }
  return {
    name,
    status,
    version,
    holdOut: { percent, heldOut: isHeldOut({ portalId, sequenceId: id, dealId }, percent) },
  }
}
