import { type Insertable, sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { IncomingMailsTable } from '#db/tables.ts'
import type { OnReply } from '#shared/vocabulary.ts'

/** A mail of ours that left, or may have. */
export interface SentDelivery {
  readonly id: string
  readonly stepRunId: string
  readonly messageId: string
  readonly enrollmentId: string
  readonly recipient: string | null
}

/** The mails of ours with one of these Message-IDs or step runs; at least one must be given. */
export async function selectSent(
  trx: Trx,
  portalId: number,
  { messageIds, stepRunIds }: { readonly messageIds: readonly string[]; readonly stepRunIds: readonly string[] },
): Promise<SentDelivery[]> {
  return trx
    .selectFrom('deliveries')
    .where('portalId', '=', portalId)
    .where('status', 'in', ['sending_data', 'accepted', 'unconfirmed'])
    .where((eb) =>
      eb.or([
        ...(messageIds.length > 0 ? [eb('messageId', 'in', messageIds)] : []),
        ...(stepRunIds.length > 0 ? [eb('stepRunId', 'in', stepRunIds)] : []),
      ]),
    )
    .select(['id', 'stepRunId', 'messageId', 'enrollmentId', 'recipient'])
    .execute()
}

/** The enrollment that a mail is about, with the deal and the contact that stayed where its own went into others. */
export interface MailedEnrollment {
  readonly id: string
  readonly dealId: string
  /** Our id of the contact. */
  readonly contactId: string
  readonly hubspotContactId: string
  readonly email: string | null
  readonly sequenceName: string
  /** Of the mail it is about, from 1; null where only the enrollment is known. */
  readonly step: number | null
  readonly onReply: OnReply | undefined
  readonly timeZone: string | null
}

export async function findMailedEnrollment(
  trx: Trx,
  portalId: number,
  id: string,
  stepRunId: string | null,
): Promise<MailedEnrollment | undefined> {
  const row = await trx
    .selectFrom('enrollments as e')
    .innerJoin('sequenceVersions as v', (join) =>
      join
        .onRef('v.portalId', '=', 'e.portalId')
        .onRef('v.sequenceId', '=', 'e.sequenceId')
        .onRef('v.version', '=', 'e.version'),
    )
    .innerJoin('sequences as s', (join) =>
      join.onRef('s.portalId', '=', 'e.portalId').onRef('s.id', '=', 'e.sequenceId'),
    )
    .innerJoin('contacts as c', (join) => join.onRef('c.portalId', '=', 'e.portalId').onRef('c.id', '=', 'e.contactId'))
    // What ended before a merge keeps the records it had; the mail is the person's all the same.
    .innerJoin('contacts as p', (join) =>
      join.onRef('p.portalId', '=', 'e.portalId').on((eb) => eb('p.id', '=', eb.fn.coalesce('c.mergedInto', 'c.id'))),
    )
    .leftJoin('deals as d', (join) => join.onRef('d.portalId', '=', 'e.portalId').onRef('d.dealId', '=', 'e.dealId'))
    .innerJoin('installations as i', 'i.portalId', 'e.portalId')
    .leftJoin('stepRuns as r', (join) =>
      join.onRef('r.portalId', '=', 'e.portalId').onRef('r.enrollmentId', '=', 'e.id').on('r.id', '=', stepRunId),
    )
    .where('e.portalId', '=', portalId)
    .where('e.id', '=', id)
    .select(['e.id', 'p.id as contactId', 'p.contactId as hubspotContactId', 'p.email'])
    .select((eb) => eb.fn.coalesce('d.mergedInto', 'e.dealId').as('dealId'))
    .select(['s.name as sequenceName', 'v.definition', 'i.timeZone', 'r.position'])
    .executeTakeFirst()
  if (!row) return undefined
  const { definition, position, ...enrollment } = row
  return { ...enrollment, step: position === null ? null : position + 1, onReply: definition.onReply }
}

/** An enrollment that still may send. */
export interface RunningEnrollment {
  readonly id: string
  readonly dealId: string
  readonly contactId: string
}

/** Locks what runs for contacts or through a deal, in id order like everybody who locks several. */
export async function lockRunning(
  trx: Trx,
  portalId: number,
  of: { readonly contactIds: readonly string[]; readonly dealId?: string },
): Promise<RunningEnrollment[]> {
  const { contactIds, dealId } = of
  return trx
    .selectFrom('enrollments')
    .where('portalId', '=', portalId)
    .where('status', 'in', ['active', 'paused'])
    .where((eb) =>
      eb.or([eb('contactId', 'in', contactIds), ...(dealId === undefined ? [] : [eb('dealId', '=', dealId)])]),
    )
    .select(['id', 'dealId', 'contactId'])
    .orderBy('id')
    .forUpdate()
    .execute()
}

/** Whether an address is of the account's own people: of its senders, its owners in HubSpot, or who configures it. */
export async function isOwnAddress(trx: Trx, portalId: number, address: string): Promise<boolean> {
  const { rows } = await sql<{ own: boolean }>`
    select exists (select from senders where portal_id = ${portalId} and ${address} in (address, reply_to))
      or exists (select from owners where portal_id = ${portalId} and email = ${address})
      or exists (select from admins where portal_id = ${portalId} and lower(email) = ${address})
      or exists (select from installations
        where portal_id = ${portalId} and ${address} in (lower(reply_to), lower(connected_by_email))) as own
  `.execute(trx)
  return rows[0]?.own ?? false
}

/** The contact with this address who was enrolled through the deal or what went into it, with the latest of those enrollments. */
export async function findContactOfDeal(
  trx: Trx,
  portalId: number,
  dealId: string,
  address: string,
): Promise<{ contactId: string; hubspotContactId: string; enrollmentId: string } | undefined> {
  const deals = sql<string>`(select ${dealId}::text union all
    select deal_id from deals where portal_id = ${portalId} and merged_into = ${dealId})`
  return trx
    .selectFrom('enrollments as e')
    .innerJoin('contacts as c', (join) => join.onRef('c.portalId', '=', 'e.portalId').onRef('c.id', '=', 'e.contactId'))
    .innerJoin('contacts as p', (join) =>
      join.onRef('p.portalId', '=', 'e.portalId').on((eb) => eb('p.id', '=', eb.fn.coalesce('c.mergedInto', 'c.id'))),
    )
    .where('e.portalId', '=', portalId)
    .where('e.dealId', 'in', deals)
    .where(sql`lower(p.email)`, '=', address)
    .select(['p.id as contactId', 'p.contactId as hubspotContactId', 'e.id as enrollmentId'])
    .orderBy('e.enrolledAt', 'desc')
    .limit(1)
    .executeTakeFirst()
}

/** False when the same bytes were handled before. */
export async function insertIncomingMail(trx: Trx, mail: Insertable<IncomingMailsTable>): Promise<boolean> {
  const row = await trx
    .insertInto('incomingMails')
    .values(mail)
    .onConflict((conflict) => conflict.columns(['portalId', 'contentHash']).doNothing())
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}
