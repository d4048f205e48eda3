import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { endEnrollment } from '#modules/enrollments/end-enrollment.ts'
import { pauseRunning } from '#modules/enrollments/pause-running.ts'
import { takeEvent } from '#modules/steps/take-event.ts'
import { lockRunning, type MailedEnrollment } from './repository.ts'

/**
 * A person answered: every running enrollment of the contact ends, through whatever deal, and those of the deal's other
 * contacts do what the answered sequence says; without its word they stop. An enrollment that waited for the answer to its own
 * mail goes on with it instead: what to do then was decided with the sequence.
 */
export async function applyReply(
  deps: Pick<Deps, 'clock' | 'ids'>,
  trx: Trx,
  portal: PortalContext,
  { id, contactId, dealId, onReply = 'stop_others' }: MailedEnrollment,
): Promise<void> {
  for (const running of await lockRunning(trx, portal.portalId, { contactId, dealId })) {
    if (running.id === id && (await takeEvent(deps, trx, portal, id, 'reply'))) continue
    if (running.contactId === contactId) {
      await endEnrollment(deps, trx, portal, running.id, { status: 'stopped', reason: 'replied' })
    } else if (onReply === 'stop_others') {
      await endEnrollment(deps, trx, portal, running.id, { status: 'stopped', reason: 'other_replied' })
    } else if (onReply === 'pause_others') {
      await pauseRunning(deps, trx, portal, running.id, { reason: 'other_replied', until: null })
    }
  }
}
