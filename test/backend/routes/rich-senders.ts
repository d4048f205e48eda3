import { randomUUID } from 'node:crypto'
import type { Given } from './rich-portal.ts'

/** An owner that only this portal has. */
export const OWNER = (portalId: number) => `71${portalId}`

/** A sender, the owner it writes for, and its domain. */
export async function addSenders({ trx, portalId, mark, now }: Given): Promise<string> {
  const id = randomUUID()
  const address = `sender@${mark}.example`
  const unset = { smtpUser: null, smtpPassword: null, problem: null, dailyCap: null }
  const noRamp = { rampStart: null, rampStep: null, rampSince: null, smtpHost: null, smtpPort: null, smtpTls: null }
  const times = { createdAt: now, updatedAt: now }
  await trx
    .insertInto('senders')
    .values({ portalId, id, address, fromName: mark, replyTo: address, signature: mark, ...unset, ...noRamp, ...times })
    .execute()
  const changed = { setting: 'sender', subject: mark, revision: 1, changedAt: now }
  await trx
    .insertInto('settingRevisions')
    .values({ portalId, ...changed })
    .execute()
  const owner = { email: address, name: `Owner ${mark}`, archived: false, senderId: null }
  await trx
    .insertInto('owners')
    .values({ portalId, ownerId: OWNER(portalId), ...owner })
    .execute()
  await trx
    .insertInto('sendingDomains')
    .values({ portalId, domain: `${mark}.example`, dailyCap: null, report: '[]', checkedAt: now })
    .execute()
  return id
}
