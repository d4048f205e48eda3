import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { HubspotMailSettingsTable } from '#db/tables.ts'

export type MailSetting = Omit<HubspotMailSettingsTable, 'portalId'>

/** What was saved, with the scopes HubSpot granted; undefined for a portal that never connected. */
export interface MailSettingState {
  readonly scopes: string[]
  readonly setting: MailSetting | undefined
}

export async function findMailSetting(trx: Trx, portalId: number): Promise<MailSettingState | undefined> {
  const installation = await trx
    .selectFrom('installations')
    .where('portalId', '=', portalId)
    .select('scopes')
    .executeTakeFirst()
  if (!installation) return undefined
  const setting = await trx
    .selectFrom('hubspotMailSettings')
    .where('portalId', '=', portalId)
    .select(['subscriptionId', 'subscriptionName', 'writeOptOuts', 'logMails', 'changedAt', 'changedBy'])
    .select(['optOutsProblem', 'logProblem'])
    .executeTakeFirst()
  return { scopes: installation.scopes, setting }
}

/** Saves what an admin wants; what stood in the way is forgotten. */
export async function upsertMailSetting(
  trx: Trx,
  portalId: number,
  saved: Omit<MailSetting, 'optOutsProblem' | 'logProblem'>,
): Promise<void> {
  const setting = { ...saved, optOutsProblem: null, logProblem: null }
  await trx
    .insertInto('hubspotMailSettings')
    .values({ portalId, ...setting })
    .onConflict((conflict) => conflict.column('portalId').doUpdateSet(setting))
    .execute()
}

/** HubSpot's id of the subscription type whose opt-outs count; null: only an opt-out of everything does. */
export async function selectSubscriptionId(trx: Trx, portalId: number): Promise<string | null> {
  const row = await trx
    .selectFrom('hubspotMailSettings')
    .where('portalId', '=', portalId)
    .select('subscriptionId')
    .executeTakeFirst()
  return row?.subscriptionId ?? null
}

export async function setProblem(
  trx: Trx,
  portalId: number,
  problem: Partial<Pick<MailSetting, 'optOutsProblem' | 'logProblem'>>,
): Promise<void> {
  await trx.updateTable('hubspotMailSettings').set(problem).where('portalId', '=', portalId).execute()
}

export interface QueueCounts {
  readonly waiting: number
  readonly refused: number
  readonly unknown: number
}

export async function countQueues(trx: Trx, portalId: number): Promise<{ optOuts: QueueCounts; mails: QueueCounts }> {
  const { rows } = await sql<QueueCounts & { queue: 'optOuts' | 'mails' }>`
    select 'optOuts' as queue, count(*) filter (where status = 'pending') as waiting,
      count(*) filter (where status = 'refused') as refused, 0 as unknown
    from opt_out_writes where portal_id = ${portalId}
    union all
    select 'mails', count(*) filter (where status in ('pending', 'sending')),
      count(*) filter (where status = 'refused'), count(*) filter (where status = 'unknown')
    from mail_records where portal_id = ${portalId}
  `.execute(trx)
  const none = { waiting: 0, refused: 0, unknown: 0 }
  const of = (queue: string) => rows.find((row) => row.queue === queue) ?? none
  return { optOuts: of('optOuts'), mails: of('mails') }
}
