import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import type { DealFacts } from './deal-facts.ts'
import { enrollMembers } from './enroll-members.ts'
import type { StageEntry } from './find-stage-entry.ts'
import { type Judged, judgeEntry } from './judge-entry.ts'
import { type RecordedVerdict, recordDecision } from './record-decision.ts'
import { findEntry, type KnownEntry, listDecidedContacts } from './repository.ts'
import { sourceOf } from './source-of.ts'

/** A contact that joins within this time of the entry, or of the end of its time in the stage, belongs to it; later a rep starts the sequence (0004). */
export const JOIN_WINDOW = Temporal.Duration.from({ minutes: 15 })

/** Contacts that joined a deal, or were given a label on it, by HubSpot's id, and when. */
export interface Joined {
  readonly eventId: number
  readonly contacts: readonly { readonly contactId: string; readonly at: Temporal.Instant }[]
}

/**
 * Contacts joined a deal whose entry was decided: those who come soon enough are decided as if they had been there, also when
 * we hear of it late. Contacts who have a decision for the entry are left alone, except those the mapping was not for: they may
 * have been given a label.
 */
export async function decideJoinedContacts(
  deps: Pick<Deps, 'clock' | 'ids' | 'metrics' | 'settings'>,
  trx: Trx,
  portal: PortalContext,
  deal: DealFacts,
  current: StageEntry | undefined,
  joined: Joined,
): Promise<void> {
  if (!current || !deal.deal) return
  const { portalId } = portal
  const key = { dealId: deal.dealId, stageId: current.stageId, enteredAt: current.enteredAt }
  const entry = await findEntry(trx, portalId, key)
  if (entry?.status !== 'decided') return
  const decided = await listDecidedContacts(trx, portalId, entry)
  const fresh = joined.contacts.filter(({ contactId: id }) => deal.contactTypes?.has(id) && !decided.has(id))
  if (fresh.length === 0) return
  // The entry was decided: the size of the change it was part of is no longer the question, an admin's refusal is.
  const answer = entry.answer === 'refused' ? 'refused' : 'approved'
  const ageFrom =
    fresh
      .map(({ at }) => at)
      .sort(Temporal.Instant.compare)
      .at(-1) ?? null
  const judged = await judgeEntry(deps, trx, portalId, deal, {
    entry: current,
    source: sourceOf(entry),
    answer,
    ageFrom,
  })
  if (judged.decision.reason === 'too_old') {
    // When the entry itself was, that is said already.
    if (!entry.tooOld)
      await refuse(deps, trx, portalId, entry, judged.decision, { eventId: joined.eventId, contactIds: idsOf(fresh) })
    return
  }
  if (judged.decision.contacts.length === 0) return
  const until = entry.enteredAt.add({ minutes: judged.policy.dwellMinutes }).add(JOIN_WINDOW)
  const inTime = idsOf(fresh.filter(({ at }) => Temporal.Instant.compare(at, until) <= 0))
  const late = idsOf(fresh).difference(inTime)
  await refuseLateJoiners(deps, trx, portalId, entry, judged, until, { eventId: joined.eventId, contactIds: late })
  await enrollMembers(deps, trx, portal, { deal, entry, eventId: joined.eventId }, judged, inTime)
}

function idsOf(contacts: Joined['contacts']): Set<string> {
  return new Set(contacts.map(({ contactId }) => contactId))
}

async function refuseLateJoiners(
  deps: Pick<Deps, 'clock' | 'ids' | 'metrics'>,
  trx: Trx,
  portalId: number,
  entry: KnownEntry,
  { decision, mapping }: Judged,
  until: Temporal.Instant,
  { eventId, contactIds }: { eventId: number; contactIds: ReadonlySet<string> },
): Promise<void> {
  const line = {
    condition: 'The contact joined with the entry',
    expected: `until ${until.toString({ smallestUnit: 'second' })}`,
    actual: 'joined later',
    passed: false,
  }
  const verdict = { reason: 'joined_late', trace: [...decision.trace, line] } as const
  await refuse(deps, trx, portalId, entry, verdict, { eventId, contactIds, sequenceId: mapping?.sequenceId ?? null })
}

/** One line for each contact: of the entry itself something else may be true. */
async function refuse(
  deps: Pick<Deps, 'clock' | 'ids' | 'metrics'>,
  trx: Trx,
  portalId: number,
  entry: KnownEntry,
  { reason, trace }: Pick<RecordedVerdict, 'reason' | 'trace'>,
  { eventId, contactIds, sequenceId = null }: Refused,
): Promise<void> {
  const nearestChange = 'To enroll this contact now, start the sequence from the deal card.'
  for (const contactId of contactIds) {
    const subject = { dealId: entry.dealId, eventId, entryId: entry.id, contactId, sequenceId }
    await recordDecision(deps, trx, portalId, subject, { outcome: 'not_enrolled', reason, trace, nearestChange })
  }
}

interface Refused {
  readonly eventId: number
  readonly contactIds: ReadonlySet<string>
  readonly sequenceId?: string | null
}
