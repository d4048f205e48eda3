import type { PortalContext } from '#core/context.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { type MailboxRecord, notePassedOver, setPosition } from './mailbox-repository.ts'

/** A mail that is given up. */
export interface PassedMail {
  readonly uidValidity: number
  readonly uid: number
  /** As a sentence without its full stop. */
  readonly why: string
}

/** Goes on behind a mail that could not be read or handled, and says so to the account: it may have been an answer. */
export async function passOverMail(
  deps: Pick<Deps, 'db' | 'clock' | 'ids' | 'metrics'>,
  portalId: number,
  senderId: string,
  mailbox: MailboxRecord,
  { uidValidity, uid, why }: PassedMail,
): Promise<void> {
  const portal: PortalContext = { portalId, actor: { kind: 'worker' }, requestId: deps.ids() }
  await inPortal(deps.db, portalId, async (trx) => {
    const position = { imapUidValidity: uidValidity, imapLastUid: uid, imapTries: 0 }
    // Another mailbox by now: nobody would know where to look.
    if (!(await setPosition(trx, portalId, senderId, mailbox, position))) return
    await notePassedOver(trx, portalId, senderId, { at: deps.clock(), why })
    const data = { address: mailbox.address, reason: why }
    await recordActivity(deps, trx, portal, { kind: 'mailbox.passed_over', subjectId: senderId, data })
  })
  deps.metrics.count('mailbox_reads_total', { outcome: 'passed_over' })
}
