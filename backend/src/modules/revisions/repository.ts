import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { Setting } from './setting.ts'

export interface RevisionChange {
  /** `any`: whichever it is. */
  readonly seen: number | 'any'
  readonly removed: boolean
  readonly changedAt: Temporal.Instant
}

/**
 * The next revision, when the setting is at the one that was seen; else undefined. Two changes at once wait for each other here,
 * and the second finds that it has seen an older one.
 */
export async function advanceRevision(
  trx: Trx,
  portalId: number,
  { kind, subject = '' }: Setting,
  { seen, removed, changedAt }: RevisionChange,
): Promise<number | undefined> {
  const changed = await trx
    .updateTable('settingRevisions')
    .set({ revision: sql<number>`revision + 1`, removed, changedAt })
    .where('portalId', '=', portalId)
    .where('setting', '=', kind)
    .where('subject', '=', subject)
    .$if(seen !== 'any', (query) => query.where(sql`case when removed then 0 else revision end`, '=', seen))
    .returning('revision')
    .executeTakeFirst()
  if (changed || (seen !== 'any' && seen > 0)) return changed?.revision
  const first = await trx
    .insertInto('settingRevisions')
    .values({ portalId, setting: kind, subject, revision: 1, removed, changedAt })
    .onConflict((conflict) => conflict.columns(['portalId', 'setting', 'subject']).doNothing())
    .returning('revision')
    .executeTakeFirst()
  return first?.revision
}

export interface RevisionRecord {
  readonly subject: string
  /** 0 when it was removed. */
  readonly revision: number
  readonly changedAt: Temporal.Instant
}

/** Those of one kind that were ever changed. */
export async function selectRevisions(trx: Trx, portalId: number, kind: Setting['kind']): Promise<RevisionRecord[]> {
  return trx
    .selectFrom('settingRevisions')
    .where('portalId', '=', portalId)
    .where('setting', '=', kind)
    .select(['subject', sql<number>`case when removed then 0 else revision end`.as('revision'), 'changedAt'])
    .execute()
}

export async function findRevision(
  trx: Trx,
  portalId: number,
  { kind, subject = '' }: Setting,
): Promise<RevisionRecord | undefined> {
  return trx
    .selectFrom('settingRevisions')
    .where('portalId', '=', portalId)
    .where('setting', '=', kind)
    .where('subject', '=', subject)
    .select(['subject', sql<number>`case when removed then 0 else revision end`.as('revision'), 'changedAt'])
    .executeTakeFirst()
}
