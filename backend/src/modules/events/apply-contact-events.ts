import type { PortalContext } from '#core/context.ts'
import { appendRows } from '#db/before-commit.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { eraseContact } from '#modules/contacts/erase-contact.ts'
import { forgetContacts, forgetMergedContacts } from '#modules/contacts/forget-contacts.ts'
import { renameContact } from '#modules/contacts/rename-contact.ts'
import { saveContacts } from '#modules/contacts/save-contacts.ts'
import { saveMerge } from '#modules/contacts/save-merge.ts'
import { endEnrollment } from '#modules/enrollments/end-enrollment.ts'
import { listOpenEnrollments } from '#modules/enrollments/list-open-enrollments.ts'
import { readEvent } from './read-event.ts'
import type { TurnFacts } from './read-turn.ts'
import type { PendingEvent } from './repository.ts'

type ApplyDeps = Pick<Deps, 'clock' | 'ids'>

/** Applies a contact's events: deletion, erasure and merges. Nothing here ever starts a sequence. */
export async function applyContactEvents(
  deps: ApplyDeps,
  trx: Trx,
  portal: PortalContext,
  facts: Pick<TurnFacts, 'contacts' | 'readAt'>,
  events: readonly PendingEvent[],
): Promise<void> {
  for (const event of events) {
    const topic = readEvent(event.payload)
    if (topic.kind === 'contact_deleted' || topic.kind === 'contact_erased') {
      await stopContacts(deps, trx, portal, [topic.contactId])
      if (topic.kind === 'contact_erased') await eraseContact(deps, trx, portal, topic.contactId)
      else await forgetContacts(deps, trx, portal.portalId, [topic.contactId])
    }
    if (topic.kind === 'contact_merged') {
      // The record that stays keeps its own enrollments. Those of the records that went stop: two runs of one person
      // through one deal would be two copies of a mail.
      const { before, into: stays } = topic
      const goesOn = before !== null && (await renameContact(trx, portal.portalId, { from: before, to: stays }))
      const merged = goesOn ? topic.merged.filter((contactId) => contactId !== before) : topic.merged
      await stopContacts(deps, trx, portal, merged)
      await forgetMergedContacts(deps, trx, portal.portalId, merged)
      const into = facts.contacts.get(topic.into)
      if (!into) continue
      const saved = await saveContacts(deps, trx, portal, [into], { dealId: null, readAt: facts.readAt })
      const row = saved.get(into.contactId)
      if (row) await saveMerge(trx, portal.portalId, { into: row, merged })
      // What the others were in counts as its own from now on.
      const record = { objectType: 'contact' as const, objectId: topic.into }
      await appendRows(trx, { changedRecords: [{ portalId: portal.portalId, ...record, at: deps.clock() }] })
    }
  }
}

async function stopContacts(
  deps: ApplyDeps,
  trx: Trx,
  portal: PortalContext,
  contactIds: readonly string[],
): Promise<void> {
  for (const enrollment of await listOpenEnrollments(trx, portal.portalId, { contactIds })) {
    await endEnrollment(deps, trx, portal, enrollment.id, { status: 'stopped', reason: 'contact_deleted' })
  }
}
