import { AppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import { listSenderRecords, lockAccountSender } from './repository.ts'
import type { SenderRecord } from './sender-record.ts'

/** The sender, while no other change of a sender of this portal is under way. Throws `not_found`. */
export async function getLockedSender(trx: Trx, portalId: number, id: string): Promise<SenderRecord> {
  await lockAccountSender(trx, portalId)
  const sender = (await listSenderRecords(trx, portalId)).find((each) => each.id === id)
  if (sender) return sender
  throw new AppError('not_found', 'There is no such sender. Reload the page and choose another one.')
}
