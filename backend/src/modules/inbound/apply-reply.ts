import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { endEnrollments } from '#modules/enrollments/end-enrollments.ts'
import { pauseRunning } from '#modules/enrollments/pause-running.ts'
import { takeEvent } from '#modules/steps/take-event.ts'
import { decideReply } from './decide-reply.ts'
import { lockRunning, type MailedEnrollment } from './repository.ts'

/**
 * A person answered: carries out what that does to what runs for the contact and through the deal (`decideReply`). An enrollment
 * that waited for the answer to its own mail goes on with it instead: what to do then was decided with the sequence, for the contact's
 * own answer. `repliedBy`: our id of who answered; null for somebody we do not know.
 */
export async function applyReply(
  deps: Pick<Deps, 'clock' | 'ids'>,
  trx: Trx,
  portal: PortalContext,
  { id, contactId, dealId, onReply }: MailedEnrollment,
  repliedBy: string | null = contactId,
): Promise<void> {
  const contactIds = repliedBy === null ? [contactId] : [contactId, repliedBy]
  for (const running of await lockRunning(trx, portal.portalId, { contactIds, dealId })) {
    if (running.id === id && repliedBy === contactId && (await takeEvent(deps, trx, portal, id, 'reply'))) continue
    const effect = decideReply(running, { contactId, onReply, repliedBy })
    if (effect.kind === 'stop') {
      await endEnrollments(deps, trx, portal, [running.id], { status: 'stopped', reason: effect.reason })
    } else if (effect.kind === 'pause') {
      await pauseRunning(deps, trx, portal, running.id, effect.pause)
    }
  }
}
