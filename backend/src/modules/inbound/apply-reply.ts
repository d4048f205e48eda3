import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { endEnrollment } from '#modules/enrollments/end-enrollment.ts'
import { pauseRunning } from '#modules/enrollments/pause-running.ts'
import { decideReply } from './decide-reply.ts'
import { lockRunning, type MailedEnrollment } from './repository.ts'

/** A person answered: carries out what that does to what runs for the contact and through the deal (`decideReply`). */
export async function applyReply(
  deps: Pick<Deps, 'clock' | 'ids'>,
  trx: Trx,
  portal: PortalContext,
  { contactId, dealId, onReply }: MailedEnrollment,
): Promise<void> {
  for (const running of await lockRunning(trx, portal.portalId, { contactId, dealId })) {
    const effect = decideReply(running, { contactId, onReply })
    if (effect.kind === 'stop') {
      await endEnrollment(deps, trx, portal, running.id, { status: 'stopped', reason: effect.reason })
    } else if (effect.kind === 'pause') {
      await pauseRunning(deps, trx, portal, running.id, effect.pause)
    }
  }
}
