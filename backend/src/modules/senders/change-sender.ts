import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import { wakeLane } from '#db/lanes.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { once } from '#modules/idempotency/once.ts'
import { readSender } from '#modules/sender/get-sender.ts'
import type { ChangeSender, Senders } from '#shared/contract/sender.ts'
import { checkFields } from './check-fields.ts'
import { domainOf } from './domain-of.ts'
import { forgetStaleReport } from './forget-stale-report.ts'
import { getLockedSender } from './get-locked-sender.ts'
import { readSenders } from './list-senders.ts'
import { MAILBOXES } from './mailbox-lane.ts'
import { resetPosition } from './mailbox-repository.ts'
import { type SenderChange, updateSender } from './repository.ts'
import type { SenderRecord } from './sender-record.ts'
import { withoutPassword } from './without-password.ts'

/**
 * Changes a sender. Switched off it writes nothing from the commit on: what it would have written comes from the next in line.
 * Throws `not_found`, and `invalid_input` for what no mail could carry.
 */
export function changeSender(
  deps: Pick<Deps, 'db' | 'clock' | 'ids' | 'settings' | 'vault' | 'ownServers' | 'ownMailboxes'>,
  portal: PortalContext,
  senderId: string,
  input: ChangeSender,
): Promise<Senders> {
  const { portalId } = portal
  const change = {
    key: input.idempotencyKey,
    operation: 'sender.change',
    input: { senderId, ...withoutPassword(input) },
  }
  return once(deps, portal, change, async (trx) => {
    const before = await getLockedSender(trx, portalId, senderId)
    const fields = await checkFields(deps, portalId, input, before)
    const stored = before.address === null ? await accountFields(deps, trx, portalId, fields) : fields
    if (fields.replyTo === null && before.address && domainOf(before.address) === deps.settings.mailDomain) {
      throw new AppError('invalid_input', `Nobody reads ${before.address}. Enter the address that answers go to.`)
    }
    const senders = await readSenders(deps, trx, portalId)
    await updateSender(trx, portalId, senderId, stored, deps.clock())
    if (moved(before, stored)) await resetPosition(trx, portalId, senderId)
    if (stored.imapHost !== null) await wakeLane(trx, portalId, MAILBOXES, senderId, deps.clock())
    const address = await addressOf(deps, trx, portalId, before)
    await recordActivity(deps, trx, portal, { kind: 'sender.changed', data: { address } })
    const changed = await readSenders(deps, trx, portalId)
    const forgot = await forgetStaleReport(trx, portalId, address, { before: senders, after: changed })
    return forgot ? readSenders(deps, trx, portalId) : changed
  })
}

/** Another mailbox is numbered in another way. */
function moved(before: SenderRecord, { imapHost, imapUser }: SenderChange): boolean {
  return before.imapHost !== imapHost || before.imapUser !== imapUser
}

/** Its names are kept with the installation, and its mail server is the operator's. */
async function accountFields(
  deps: Pick<Deps, 'settings'>,
  trx: Trx,
  portalId: number,
  fields: SenderChange,
): Promise<SenderChange> {
  const account = await readSender(deps, trx, portalId)
  if (fields.fromName !== account.fromName || (fields.replyTo ?? '') !== account.replyTo) {
    throw new AppError(
      'invalid_input',
      'Change the name and the reply address of the account’s own sender in its form.',
    )
  }
  if (fields.smtpHost !== null || fields.imapHost !== null) {
    throw new AppError(
      'invalid_input',
      'The account’s own sender uses the mail server of Stagecue. Add a sender for yours.',
    )
  }
  return { ...fields, fromName: null, replyTo: null }
}

async function addressOf(
  deps: Pick<Deps, 'settings'>,
  trx: Trx,
  portalId: number,
  sender: SenderRecord,
): Promise<string> {
  return sender.address ?? (await readSender(deps, trx, portalId)).fromAddress
}
