import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { DeliveryStatus } from '#shared/vocabulary.ts'
import type { ClaimedRun } from './claim-repository.ts'
import { mailedElsewhere } from './mailed-elsewhere-repository.ts'
import { SENDING_STOP } from './stop-repository.ts'

export interface NewDelivery {
  readonly id: string
  readonly run: ClaimedRun
  readonly messageId: string
  readonly recipient: string
  /** As kept when the run was read: the row must have it still. */
  readonly keptEmail: string
  readonly addressHash: Buffer
  readonly senderId: string
  readonly fromAddress: string
  readonly subject: string | null
  /** Null: the bytes of the earlier try are used again. */
  readonly mime: Buffer | null
  /** Where its rewritten links lead; null: none was rewritten. */
  readonly links: readonly string[] | null
  readonly tracksOpens: boolean
  /** Of the step's variants; null for a step without any. */
  readonly variant: string | null
}

export interface PreparedDelivery {
  readonly stepRunId: string
  readonly recipient: string
  readonly subject: string | null
  readonly mime: Buffer | null
}

/**
 * Freezes a batch of mails in one statement that checks everything once more: a run that is no longer ours, whose enrollment,
 * sequence, sender or portal is not active, whose sending is stopped, whose address was suppressed or went to another record
 * meanwhile, or was mailed this step through another contact, is left out. Lock the contacts before: of two that HubSpot shows with
 * one address, the other gets it after this mail is frozen, and then sees it. A run's
 * earlier delivery is taken over with its bytes and Message-ID, unless the contact's address changed since; one whose content
 * may have left never is.
 */
export async function insertDeliveries(
  trx: Trx,
  portalId: number,
  deliveries: readonly NewDelivery[],
  now: Temporal.Instant,
): Promise<PreparedDelivery[]> {
  const { rows } = await sql<PreparedDelivery>`
    insert into deliveries as d (portal_id, id, step_run_id, enrollment_id, epoch, status, message_id, recipient, subject, mime,
      links, tracks_opens, variant, sender_id, from_address, claim_no, lease_until, created_at)
    select r.portal_id, n.id, r.id, r.enrollment_id, r.epoch, 'sending', n.message_id, n.recipient, n.subject, n.mime,
      n.links::jsonb, n.tracks_opens, n.variant, n.sender_id, n.from_address, r.claim_no, r.lease_until, ${now}
    from unnest(${deliveries.map((each) => each.id)}::uuid[], ${deliveries.map((each) => each.run.id)}::uuid[],
      ${deliveries.map((each) => each.run.claimNo)}::int[], ${deliveries.map((each) => each.messageId)}::text[],
      ${deliveries.map((each) => each.recipient)}::text[], ${deliveries.map((each) => each.addressHash)}::bytea[],
      ${deliveries.map((each) => each.subject)}::text[], ${deliveries.map((each) => each.mime)}::bytea[],
      ${deliveries.map((each) => each.run.resend)}::boolean[],
      ${deliveries.map((each) => each.links && JSON.stringify(each.links))}::text[],
      ${deliveries.map((each) => each.tracksOpens)}::boolean[], ${deliveries.map((each) => each.variant)}::text[],
      ${deliveries.map((each) => each.senderId)}::uuid[], ${deliveries.map((each) => each.fromAddress)}::text[],
      ${deliveries.map((each) => each.keptEmail)}::text[]
    ) as n (id, run_id, claim_no, message_id, recipient, address_hash, subject, mime, resend, links, tracks_opens, variant,
      sender_id, from_address, kept_email)
    join step_runs r on r.portal_id = ${portalId} and r.id = n.run_id and r.status = 'sending' and r.claim_no = n.claim_no
    join enrollments e on e.portal_id = r.portal_id and e.id = r.enrollment_id
      and (e.status = 'active' or (e.status = 'completed' and n.resend))
    join sequences s on s.portal_id = e.portal_id and s.id = e.sequence_id and s.status in ('active', 'finishing')
    join contacts c on c.portal_id = e.portal_id and c.id = e.contact_id and not c.opted_out and not c.deleted
      and c.email = n.kept_email
    join installations i on i.portal_id = r.portal_id and i.status = 'connected'
    join senders f on f.portal_id = r.portal_id and f.id = n.sender_id and f.active
    where not exists (select from suppressions x where x.portal_id = ${portalId} and x.address_hash = n.address_hash)
      and ${SENDING_STOP} is null and (n.resend or not ${mailedElsewhere(sql.ref('n.recipient'))})
    on conflict (portal_id, step_run_id, epoch) do update set
      status = 'sending', claim_no = excluded.claim_no, lease_until = excluded.lease_until, response = null, settled_at = null,
      recipient = excluded.recipient, sender_id = excluded.sender_id, from_address = excluded.from_address,
      subject = case when excluded.mime is null then d.subject else excluded.subject end,
      links = case when excluded.mime is null then d.links else excluded.links end,
      tracks_opens = case when excluded.mime is null then d.tracks_opens else excluded.tracks_opens end,
      variant = case when excluded.mime is null then d.variant else excluded.variant end,
      created_at = case when excluded.mime is null then d.created_at else excluded.created_at end,
      mime = coalesce(excluded.mime, d.mime)
    where d.status in ('sending', 'refused', 'canceled') and d.portal_id = ${portalId}
      and (excluded.mime is not null or d.recipient = excluded.recipient)
    returning d.step_run_id, d.recipient, d.subject, d.mime
  `.execute(trx)
  return rows
}

/** Keeps the addresses of these contacts (our ids) as they are until the transaction ends; in id order, as whoever changes them. */
export async function lockRecipients(trx: Trx, portalId: number, personIds: readonly string[]): Promise<void> {
  await sql`
    select from contacts where portal_id = ${portalId} and id = any(${[...new Set(personIds)]}::uuid[]) order by id for share
  `.execute(trx)
}

/**
 * Waits for whoever is changing the enrollment or the run right now. A statement sees only what was committed when it began, so
 * one that waited itself would not see a stop, a paused sequence or an opt-out of that time.
 */
export async function waitForChanges(trx: Trx, portalId: number, run: ClaimedRun): Promise<void> {
  await sql`
    select e.id from enrollments e join step_runs r on r.portal_id = e.portal_id and r.enrollment_id = e.id
    where e.portal_id = ${portalId} and e.id = ${run.enrollmentId} and r.id = ${run.id}
    for share of e, r
  `.execute(trx)
}

/**
 * The fence, asked when the server is ready for the content: marks the delivery `sending_data` and returns true only while
 * this worker still holds the run with enough of its lease left, and nothing has stopped the mail. The run and the enrollment
 * are share-locked, so that a stop, an unsubscribe or a take-over that is being committed right now is waited for and seen; call
 * `waitForChanges` before it.
 */
export async function markContentBegun(
  trx: Trx,
  portalId: number,
  run: ClaimedRun,
  addressHash: Buffer,
  leaseNeededUntil: Temporal.Instant,
): Promise<boolean> {
  const { rows } = await sql`
    with enrollment as (
      select e.portal_id, e.id, e.sequence_id, e.contact_id from enrollments e
      where e.portal_id = ${portalId} and e.id = ${run.enrollmentId}
        and (e.status = 'active' or (e.status = 'completed' and ${run.resend}::boolean))
      for share
    ), run as (
      select r.id, r.epoch from step_runs r
      where r.portal_id = ${portalId} and r.id = ${run.id} and r.status = 'sending' and r.claim_no = ${run.claimNo}
      for share
    )
    update deliveries d set status = 'sending_data'
    from enrollment e, run r
    where d.portal_id = ${portalId} and d.step_run_id = r.id and d.epoch = r.epoch
      and d.status = 'sending' and d.claim_no = ${run.claimNo} and d.lease_until > ${leaseNeededUntil}
      and exists (select from sequences s where s.portal_id = ${portalId} and s.id = e.sequence_id and s.status in ('active', 'finishing'))
      and exists (select from contacts c where c.portal_id = ${portalId} and c.id = e.contact_id and not c.opted_out and not c.deleted)
      and exists (select from installations i where i.portal_id = ${portalId} and i.status = 'connected')
      and not exists (select from suppressions x where x.portal_id = ${portalId} and x.address_hash = ${addressHash})
      and not exists (select from senders f where f.portal_id = ${portalId} and f.id = d.sender_id and not f.active)
      and ${SENDING_STOP} is null
    returning d.id
  `.execute(trx)
  return rows.length > 0
}

/** Writes what became of a run's mail, if it has one that is still open. Only after the run itself was won (`changeRun`). */
export async function closeDelivery(
  trx: Trx,
  portalId: number,
  run: ClaimedRun,
  status: DeliveryStatus,
  response: string | null,
  now: Temporal.Instant,
): Promise<void> {
  await trx
    .updateTable('deliveries')
    .set({ status, response, settledAt: now })
    .where('portalId', '=', portalId)
    .where('stepRunId', '=', run.id)
    .where('epoch', '=', run.epoch)
    .where('status', 'in', ['sending', 'sending_data'])
    .execute()
}

/** Lets the next try of a run be rendered anew, under its Message-ID: nothing of it was ever accepted. */
export async function dropFrozenMail(trx: Trx, portalId: number, stepRunId: string): Promise<void> {
  await trx
    .updateTable('deliveries')
    .set({ mime: null, subject: null })
    .where('portalId', '=', portalId)
    .where('stepRunId', '=', stepRunId)
    .where('status', 'in', ['sending', 'refused', 'canceled'])
    .execute()
}
