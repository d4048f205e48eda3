import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { SequenceDefinition } from '#shared/contract/sequence.ts'
import type { WhatIfStage } from '#shared/contract/what-if.ts'

export interface SuppressionFacts {
  readonly hash: string
  readonly reason: string
  readonly since: Temporal.Instant
}

/** Since when which of these addresses are on the do-not-mail list, by their hash in hex. */
export async function selectSuppressions(
  trx: Trx,
  portalId: number,
  hashes: readonly Buffer[],
): Promise<SuppressionFacts[]> {
  const rows = await trx
    .selectFrom('suppressions')
    .where('portalId', '=', portalId)
    .where(sql<boolean>`address_hash = any(${[...hashes]}::bytea[])`)
    .select(['addressHash', 'reason', 'createdAt'])
    .execute()
  return rows.map((row) => ({ hash: row.addressHash.toString('hex'), reason: row.reason, since: row.createdAt }))
}

export interface AnswerFacts {
  readonly kind: string
  /** HubSpot's id. */
  readonly contactId: string
  readonly at: Temporal.Instant
}

/** The answers that really came in. */
export async function selectAnswers(
  trx: Trx,
  portalId: number,
  { from, to }: { readonly from: Temporal.Instant; readonly to: Temporal.Instant },
): Promise<AnswerFacts[]> {
  const rows = await trx
    .selectFrom('activities')
    .where('portalId', '=', portalId)
    .where('at', '>=', from)
    .where('at', '<=', to)
    .where('kind', 'in', [
      'contact.replied',
      'contact.bounced',
      'contact.complained',
      'contact.unsubscribed',
      'contact.away',
    ])
    .where('contactId', 'is not', null)
    .select(['kind', 'at', 'contactId'])
    .orderBy('at')
    .orderBy('id')
    .execute()
  return rows.flatMap(({ contactId, ...row }) => (contactId === null ? [] : [{ ...row, contactId }]))
}

/** The time zones of the account's owners, by owner id. */
export async function selectOwnerZones(trx: Trx, portalId: number): Promise<ReadonlyMap<string, string>> {
  const rows = await trx
    .selectFrom('owners')
    .where('portalId', '=', portalId)
    .where('archived', '=', false)
    .select(['ownerId', 'timeZone'])
    .execute()
  return new Map(rows.flatMap(({ ownerId, timeZone }) => (timeZone === null ? [] : [[ownerId, timeZone] as const])))
}

export interface EntrySource {
  readonly dealId: string
  readonly stageId: string
  readonly enteredAt: Temporal.Instant
  readonly changeSource: string | null
  readonly sourceId: string | null
}

/** Who moved which deal, as far as events told us. */
export async function selectEntrySources(
  trx: Trx,
  portalId: number,
  { from, to }: { readonly from: Temporal.Instant; readonly to: Temporal.Instant },
): Promise<EntrySource[]> {
  return trx
    .selectFrom('stageEntries')
    .where('portalId', '=', portalId)
    .where('enteredAt', '>=', from)
    .where('enteredAt', '<=', to)
    .where('changeSource', 'is not', null)
    .select(['dealId', 'stageId', 'enteredAt', 'changeSource', 'sourceId'])
    .execute()
}

export interface WhatIfRun {
  readonly sequenceId: string
  readonly id: string
  readonly status: 'waiting' | 'reading' | 'done' | 'failed'
  readonly stage: WhatIfStage | null
  readonly name: string
  readonly definition: SequenceDefinition
  readonly revision: number
  readonly dealsRead: number
  readonly dealsFound: number
  readonly report: object | null
  readonly problem: string | null
  readonly askedAt: Temporal.Instant
}

/** A new question takes the place of the last one. */
export async function replaceRun(
  trx: Trx,
  portalId: number,
  run: Pick<WhatIfRun, 'sequenceId' | 'id' | 'stage' | 'name' | 'definition' | 'revision' | 'askedAt'> & {
    readonly askedBy: string
  },
): Promise<void> {
  const row = {
    ...run,
    status: 'waiting' as const,
    stage: run.stage && JSON.stringify(run.stage),
    definition: JSON.stringify(run.definition),
    dealsRead: 0,
    dealsFound: 0,
    report: null,
    contactIds: [],
    problem: null,
  }
  await trx
    .insertInto('whatIfRuns')
    .values({ portalId, ...row })
    .onConflict((conflict) => conflict.columns(['portalId', 'sequenceId']).doUpdateSet(row))
    .execute()
}

export async function findRun(trx: Trx, portalId: number, sequenceId: string): Promise<WhatIfRun | undefined> {
  return trx
    .selectFrom('whatIfRuns')
    .where('portalId', '=', portalId)
    .where('sequenceId', '=', sequenceId)
    .select(['sequenceId', 'id', 'status', 'stage', 'name', 'definition', 'revision', 'dealsRead', 'dealsFound'])
    .select(['report', 'problem', 'askedAt'])
    .executeTakeFirst()
}

interface RunChange {
  readonly status: WhatIfRun['status']
  readonly dealsRead?: number
  readonly dealsFound?: number
  readonly report?: string
  readonly contactIds?: string[]
  readonly problem?: string
}

/** False when the question is gone: another one took its place, or somebody in it was erased. */
export async function changeWhatIfRun(
  trx: Trx,
  portalId: number,
  { sequenceId, id }: Pick<WhatIfRun, 'sequenceId' | 'id'>,
  change: RunChange,
): Promise<boolean> {
  const row = await trx
    .updateTable('whatIfRuns')
    .set(change)
    .where('portalId', '=', portalId)
    .where('sequenceId', '=', sequenceId)
    .where('id', '=', id)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Answers that name the contact, and questions that are being answered, for they may have read it already. */
export async function deleteRunsAbout(trx: Trx, portalId: number, contactId: string): Promise<void> {
  await trx
    .deleteFrom('whatIfRuns')
    .where('portalId', '=', portalId)
    .where((eb) => eb.or([eb('status', '=', 'reading'), sql<boolean>`contact_ids @> array[${contactId}]::text[]`]))
    .execute()
}

export interface Draft {
  readonly name: string
  readonly draft: SequenceDefinition
  readonly revision: number
}

export async function findDraft(trx: Trx, portalId: number, sequenceId: string): Promise<Draft | undefined> {
  return trx
    .selectFrom('sequences')
    .where('portalId', '=', portalId)
    .where('id', '=', sequenceId)
    .select(['name', 'draft', 'revision'])
    .executeTakeFirst()
}

/** What people call these deals and contacts today, by HubSpot's ids. */
export async function selectNames(
  trx: Trx,
  portalId: number,
  { dealIds, contactIds }: { readonly dealIds: readonly string[]; readonly contactIds: readonly string[] },
): Promise<{ readonly deals: ReadonlyMap<string, string>; readonly contacts: ReadonlyMap<string, string> }> {
  const { rows } = await sql<{ kind: 'deal' | 'contact'; id: string; name: string }>`
    select 'deal' as kind, deal_id as id, name from deals
    where portal_id = ${portalId} and deal_id = any(${[...dealIds]}::text[]) and name is not null
    union all
    select 'contact', contact_id, coalesce(nullif(concat_ws(' ', first_name, last_name), ''), email) from contacts
    where portal_id = ${portalId} and contact_id = any(${[...contactIds]}::text[])
      and coalesce(nullif(concat_ws(' ', first_name, last_name), ''), email) is not null
  `.execute(trx)
  const of = (kind: string) => new Map(rows.filter((row) => row.kind === kind).map(({ id, name }) => [id, name]))
  return { deals: of('deal'), contacts: of('contact') }
}
