import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import type { Deps } from '#deps'
import { listDealContacts } from '#modules/contacts/list-deal-contacts.ts'
import { syncDeal } from '#modules/deals/sync-deal.ts'
import { once } from '#modules/idempotency/once.ts'
import { holdConnection } from '#modules/installations/hold-connection.ts'
import { getPublishedSequence } from '#modules/sequences/get-published-sequence.ts'
import type { StartResult, StartSequence } from '#shared/contract/enrollment.ts'
import { DECISION_REASON } from '#shared/vocabulary.ts'
import { enrollContacts } from './enroll-contacts.ts'

/**
 * A rep starts a sequence for chosen contacts of a deal. Reads the deal from HubSpot first, so that a contact who left it a
 * moment ago gets nothing. Each contact is decided like at a stage entry and answered for itself. Such a run does not stop
 * when the deal changes its stage: no stage started it.
 */
export async function startSequence(
  deps: Deps,
  portal: PortalContext,
  dealId: string,
  input: StartSequence,
): Promise<StartResult> {
  const exists = await syncDeal(deps, portal, dealId)
  if (!exists) throw new AppError('not_found', 'HubSpot no longer has this deal.')
  const change = { key: input.idempotencyKey, operation: 'sequence.start', input: { ...input, dealId } }
  return once(deps, portal, change, async (trx) => {
    // Whoever disconnects stops what runs: what began a moment later would go on with the next connection.
    await holdConnection(trx, portal.portalId)
    const sequence = await getPublishedSequence(trx, portal.portalId, input.sequenceId)
    if (!sequence)
      throw new AppError('not_found', 'This sequence does not exist or was never published. Choose another one.')
    if (sequence.status !== 'active')
      throw new AppError('conflict', `“${sequence.name}” is not active. Choose another sequence or ask an admin.`)
    const contacts = await listDealContacts(trx, portal.portalId, dealId)
    const chosen = input.contactIds.filter((id) => contacts.has(id))
    const verdicts = await enrollContacts(deps, trx, portal, {
      dealId,
      eventId: null,
      entry: null,
      sequence,
      contactIds: chosen,
      contacts,
      trace: [{ condition: 'A person started it', expected: 'a person', actual: 'from the deal card', passed: true }],
    })
    return {
      results: input.contactIds.map((contactId) => {
        const verdict = verdicts.get(contactId)
        if (!verdict) return { contactId, enrolled: false, message: 'This contact is no longer on the deal.' }
        if (verdict.outcome === 'enrolled') {
          return { contactId, enrolled: true, message: `“${sequence.name}” begins now with its first step.` }
        }
        return { contactId, enrolled: false, message: `${DECISION_REASON[verdict.reason]}.` }
      }),
    }
  })
}
