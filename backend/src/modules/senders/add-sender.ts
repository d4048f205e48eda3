import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import { wakeLane } from '#db/lanes.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { once } from '#modules/idempotency/once.ts'
import { checkAddress } from '#modules/sender/check-address.ts'
import type { AddSender, Senders } from '#shared/contract/sender.ts'
import { accountAddress } from './account-address.ts'
import { checkFields } from './check-fields.ts'
import { domainOf } from './domain-of.ts'
import { forgetStaleReport } from './forget-stale-report.ts'
import { readSenders } from './list-senders.ts'
import { MAILBOXES } from './mailbox-lane.ts'
import { insertSender, listSenderRecords } from './repository.ts'
import { withoutPassword } from './without-password.ts'

/** More than an account has salespeople who write; each batch of mails reads all of them. */
const MOST = 200

/**
 * Adds a sender. Its address never changes afterwards. Throws `invalid_input` for what no mail could carry, and `conflict` for an
 * address that has a sender already.
 */
export function addSender(
  deps: Pick<Deps, 'db' | 'clock' | 'ids' | 'settings' | 'vault' | 'ownServers' | 'ownMailboxes'>,
  portal: PortalContext,
  input: AddSender,
): Promise<Senders> {
  const { portalId } = portal
  const change = { key: input.idempotencyKey, operation: 'sender.add', input: withoutPassword(input) }
  return once(deps, portal, change, async (trx) => {
    const address = checkAddress(input.address)
    const fields = await checkFields(deps, portalId, input, undefined)
    refuseForeign(portalId, deps.settings.mailDomain, address, fields.replyTo)
    if ((await listSenderRecords(trx, portalId)).length >= MOST) {
      throw new AppError('conflict', `An account has at most ${MOST} senders.`)
    }
    const before = await readSenders(deps, trx, portalId)
    const id = deps.ids()
    const added = await insertSender(trx, portalId, { id, address, ...fields }, deps.clock())
    if (!added) throw new AppError('conflict', `${address} has a sender already. Change that one.`)
    if (fields.imapHost !== null) await wakeLane(trx, portalId, MAILBOXES, id, deps.clock())
    await recordActivity(deps, trx, portal, { kind: 'sender.added', data: { address } })
    const after = await readSenders(deps, trx, portalId)
    const forgot = await forgetStaleReport(trx, portalId, address, { before, after })
    return forgot ? readSenders(deps, trx, portalId) : after
  })
}

/**
 * The operator's domain is every account's: there an address ends with the account's number, so that none writes in another's
 * name. Nobody reads such a mailbox, so answers need another one.
 */
function refuseForeign(portalId: number, mailDomain: string, address: string, replyTo: string | null): void {
  if (domainOf(address) !== mailDomain) return
  const local = address.slice(0, address.lastIndexOf('@'))
  if (address === accountAddress(portalId, mailDomain) || !local.endsWith(`-${portalId}`)) {
    throw new AppError(
      'invalid_input',
      `An address at ${mailDomain} ends with your account’s number: write ada-${portalId}@${mailDomain}, for example.`,
    )
  }
  if (replyTo === null) {
    throw new AppError('invalid_input', `Nobody reads ${address}. Enter the address that answers go to.`)
  }
}
