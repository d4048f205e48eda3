import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import type { SavedContact } from '#modules/contacts/save-contacts.ts'
import { enrollContact } from '#modules/enrollments/enroll-contact.ts'
import { findSuppressions } from '#modules/suppressions/find-suppressions.ts'
import type { TraceLine } from '#shared/contract/enrollment.ts'
import type { SequenceDefinition } from '#shared/contract/sequence.ts'
import { changeOfContact } from './change-of-contact.ts'
import { decideContact } from './decide-contact.ts'
import type { Verdict } from './decide-entry.ts'
import { recordDecision } from './record-decision.ts'

export interface EnrollRequest {
  readonly dealId: string
  readonly eventId: number | null
  readonly entry: { readonly id: string; readonly pipelineId: string; readonly stageId: string } | null
  readonly sequence: {
    readonly id: string
    readonly name: string
    readonly version: number
    readonly definition: SequenceDefinition
  }
  /** HubSpot's ids, with what is kept of each; one that is not kept no longer exists. */
  readonly contactIds: readonly string[]
  readonly contacts: ReadonlyMap<string, SavedContact>
  /** The conditions of the entry, which every contact's trace begins with. */
  readonly trace: readonly TraceLine[]
}

/** Decides each contact and enrolls those that pass; keeps every verdict. Returns the verdicts by HubSpot's contact id. */
export async function enrollContacts(
  deps: Pick<Deps, 'clock' | 'ids' | 'metrics'>,
  trx: Trx,
  portal: PortalContext,
  request: EnrollRequest,
): Promise<Map<string, Verdict>> {
  const addresses = request.contactIds.flatMap((id) => request.contacts.get(id)?.email ?? [])
  const suppressions = await findSuppressions(trx, portal.portalId, addresses)
  const verdicts = new Map<string, Verdict>()
  for (const contactId of request.contactIds) {
    const contact = request.contacts.get(contactId)
    const facts = {
      exists: contact !== undefined && !contact.deleted,
      email: contact?.email
        ? ('present' as const)
        : contact?.invalidEmail
          ? ('invalid' as const)
          : ('missing' as const),
      suppression: contact?.email ? suppressions.get(contact.email) : undefined,
      optedOut: contact?.optedOut ?? false,
      alreadyEnrolled: false,
    }
    let verdict = decideContact(facts, request.trace)
    if (verdict.outcome === 'enrolled' && contact) {
      const id = await enrollContact(deps, trx, portal, {
        sequence: request.sequence,
        dealId: request.dealId,
        contact,
        entry: request.entry,
      })
      if (!id) verdict = decideContact({ ...facts, alreadyEnrolled: true }, request.trace)
    }
    await recordDecision(
      deps,
      trx,
      portal.portalId,
      {
        dealId: request.dealId,
        eventId: request.eventId,
        entryId: request.entry?.id ?? null,
        contactId,
        sequenceId: request.sequence.id,
      },
      { ...verdict, nearestChange: changeOfContact(verdict.reason, `“${request.sequence.name}”`) },
    )
    if (verdict.outcome !== 'enrolled') {
      await recordActivity(deps, trx, portal, {
        kind: 'enrollment.refused',
        dealId: request.dealId,
        contactId,
        data: { sequence: request.sequence.name, reason: verdict.reason },
      })
    }
    verdicts.set(contactId, verdict)
  }
  return verdicts
}
