import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import type { HubSpotContact } from '#hubspot/contacts.ts'
import { findMerged } from '#hubspot/merged-ids.ts'
import { eraseContact } from '#modules/contacts/erase-contact.ts'
import { forgetContacts } from '#modules/contacts/forget-contacts.ts'
import { saveContacts } from '#modules/contacts/save-contacts.ts'
import { endEnrollments } from '#modules/enrollments/end-enrollments.ts'
import { listOpenEnrollments } from '#modules/enrollments/list-open-enrollments.ts'
import { mergeContacts } from '#modules/merges/merge-contacts.ts'
import { readEvent } from './read-event.ts'
import type { TurnFacts } from './read-turn.ts'
import type { PendingEvent } from './repository.ts'

type ApplyDeps = Pick<Deps, 'clock' | 'ids'>

/**
 * Applies a contact's events: deletion, erasure and merges. Nothing here ever starts a sequence. HubSpot tells of the record that
 * a merge took away as deleted, too, so one is gone only when HubSpot has no other in its place.
 */
export async function applyContactEvents(
  deps: ApplyDeps,
  trx: Trx,
  portal: PortalContext,
  facts: Pick<TurnFacts, 'contacts' | 'readAt'>,
  events: readonly PendingEvent[],
): Promise<void> {
  for (const event of events) {
    const topic = readEvent(event.payload)
    if (topic.kind === 'contact_merged') {
      await mergeContacts(deps, trx, portal, topic)
      await keep(deps, trx, portal, facts.contacts.get(topic.into), facts.readAt)
    }
    if (topic.kind !== 'contact_deleted' && topic.kind !== 'contact_erased') continue
    const { contactId } = topic
    const into = topic.kind === 'contact_deleted' ? findMerged(facts.contacts, contactId) : undefined
    if (into && into.contactId !== contactId) {
      await mergeContacts(deps, trx, portal, { into: into.contactId, merged: [contactId], before: null })
      await keep(deps, trx, portal, into, facts.readAt)
      continue
    }
    await stopContacts(deps, trx, portal, [contactId])
    if (topic.kind === 'contact_erased') await eraseContact(deps, trx, portal, contactId)
    else await forgetContacts(deps, trx, portal.portalId, [contactId])
  }
}

async function keep(
  deps: ApplyDeps,
  trx: Trx,
  portal: PortalContext,
  contact: HubSpotContact | undefined,
  readAt: Temporal.Instant,
): Promise<void> {
  if (contact) await saveContacts(deps, trx, portal, [contact], { dealId: null, readAt })
}

async function stopContacts(
  deps: ApplyDeps,
  trx: Trx,
  portal: PortalContext,
  contactIds: readonly string[],
): Promise<void> {
  const open = await listOpenEnrollments(trx, portal.portalId, { contactIds })
  const ids = open.map(({ id }) => id)
  await endEnrollments(deps, trx, portal, ids, { status: 'stopped', reason: 'contact_deleted' })
}
