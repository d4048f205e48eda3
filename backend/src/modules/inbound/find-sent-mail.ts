import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import type { Classification } from './classification.ts'
import { type Candidate, nameCandidates } from './name-candidates.ts'
import { type SentDelivery, selectSent } from './repository.ts'

/** The mail of ours that an incoming one is about. */
export interface SentMail {
  readonly portalId: number
  readonly enrollmentId: string
  /** Null when only the unsubscribe address named the enrollment. */
  readonly deliveryId: string | null
  readonly stepRunId: string | null
  /** Where it went; null after an erasure. */
  readonly recipient: string | null
  /** What led to it. */
  readonly by: Candidate['by']
}

/** A forged mail may name any portal; an honest one names one. */
const PORTALS = 3

/**
 * Finds the mail of ours that an incoming one is about; `undefined` when there is none, and then the mail changes nothing. With
 * `onlyPortal` mails of other portals are none.
 */
export async function findSentMail(
  deps: Pick<Deps, 'db' | 'vault' | 'settings'>,
  classification: Pick<Classification, 'kind' | 'keys'>,
  onlyPortal?: number,
): Promise<SentMail | undefined> {
  const named = await nameCandidates(deps.vault, deps.settings.mailDomain, classification)
  const candidates = named.filter(({ portalId }) => onlyPortal === undefined || portalId === onlyPortal)
  const portals = [...new Set(candidates.map(({ portalId }) => portalId))].slice(0, PORTALS)
  for (const portalId of portals) {
    const ofPortal = candidates.filter((candidate) => candidate.portalId === portalId)
    const found = await findIn(deps, portalId, ofPortal, classification.keys.messageId)
    if (found) return found
  }
  return undefined
}

async function findIn(
  deps: Pick<Deps, 'db'>,
  portalId: number,
  candidates: readonly Candidate[],
  ownId: string | undefined,
): Promise<SentMail | undefined> {
  const named = candidates.flatMap((each) => (each.by === 'Message-ID' ? [each.messageId] : []))
  const messageIds = named.length > 0 && ownId !== undefined ? [...named, ownId] : named
  const stepRunIds = candidates.flatMap((each) => (each.by === 'bounce address' ? [each.stepRunId] : []))
  const sent =
    messageIds.length + stepRunIds.length > 0
      ? await inPortal(deps.db, portalId, (trx) => selectSent(trx, portalId, { messageIds, stepRunIds }))
      : []
  // A mail of ours, in the inbox of somebody who tries a sequence on themselves: it names the mails before it, and answers none.
  if (sent.some(({ messageId }) => messageId === ownId)) return undefined
  for (const candidate of candidates) {
    if (candidate.by === 'unsubscribe address') {
      const { enrollmentId, by } = candidate
      return { portalId, enrollmentId, deliveryId: null, stepRunId: null, recipient: null, by }
    }
    const delivery = sent.find((each) => isMeant(each, candidate))
    if (delivery) {
      const { id: deliveryId, stepRunId, enrollmentId, recipient } = delivery
      return { portalId, enrollmentId, deliveryId, stepRunId, recipient, by: candidate.by }
    }
  }
  return undefined
}

function isMeant(delivery: SentDelivery, candidate: Exclude<Candidate, { by: 'unsubscribe address' }>): boolean {
  return candidate.by === 'Message-ID'
    ? delivery.messageId === candidate.messageId
    : delivery.stepRunId === candidate.stepRunId
}
