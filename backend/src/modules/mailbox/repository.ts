import { sql } from 'kysely'
import type { Database } from '#db/database.ts'

export interface StoredPosition {
  readonly uidValidity: number
  readonly lastUid: number
  /** How often the mail after `lastUid` failed. */
  readonly failures: number
}

export interface MailboxLease {
  readonly mailbox: string
  readonly reader: string
  readonly until: Temporal.Instant
}

/** Takes or prolongs the lease of a mailbox; undefined while another process has it. */
export async function claimMailbox(
  db: Database,
  { mailbox, reader, until }: MailboxLease,
  now: Temporal.Instant,
): Promise<StoredPosition | undefined> {
  const { rows } = await sql<StoredPosition>`
    insert into mailbox_positions as p (mailbox, uid_validity, last_uid, failures, reader, leased_until)
    values (${mailbox}, 0, 0, 0, ${reader}, ${until})
    on conflict (mailbox) do update set reader = excluded.reader, leased_until = excluded.leased_until
    where p.reader is null or p.reader = excluded.reader or p.leased_until <= ${now}
    returning p.uid_validity, p.last_uid, p.failures
  `.execute(db)
  return rows[0]
}

/** Why the mail at the position was given up. */
export interface PassedOver {
  readonly at: Temporal.Instant
  readonly why: string
}

/** Writes down how far the mailbox was read; false when another process has taken it over. */
export async function movePosition(
  db: Database,
  { mailbox, reader, until }: MailboxLease,
  { uidValidity, lastUid, failures }: StoredPosition,
  passed?: PassedOver,
): Promise<boolean> {
  const row = await db
    .updateTable('mailboxPositions')
    .set({ uidValidity, lastUid, failures, leasedUntil: until })
    .$if(passed !== undefined, (query) =>
      query.set((eb) => ({
        passedOver: eb('passedOver', '+', 1),
        passedOverAt: passed?.at ?? null,
        passedOverWhy: passed?.why ?? null,
      })),
    )
    .where('mailbox', '=', mailbox)
    .where('reader', '=', reader)
    .returning('mailbox')
    .executeTakeFirst()
  return row !== undefined
}

/** Lets another process read at once. */
export async function releaseMailbox(db: Database, { mailbox, reader }: Omit<MailboxLease, 'until'>): Promise<void> {
  await db
    .updateTable('mailboxPositions')
    .set({ reader: null, leasedUntil: null })
    .where('mailbox', '=', mailbox)
    .where('reader', '=', reader)
    .execute()
}
