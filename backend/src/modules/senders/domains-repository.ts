import type { Trx } from '#db/database.ts'
import type { DomainFinding } from '#shared/contract/sender.ts'

export interface DomainRecord {
  readonly domain: string
  readonly dailyCap: number | null
  /** Null: never checked. */
  readonly report: DomainFinding[] | null
  readonly checkedAt: Temporal.Instant | null
  readonly passed: boolean
  readonly proven: boolean
}

const COLUMNS = ['domain', 'dailyCap', 'report', 'checkedAt', 'passed', 'proven'] as const

export async function listDomains(trx: Trx, portalId: number): Promise<DomainRecord[]> {
  return trx.selectFrom('sendingDomains').where('portalId', '=', portalId).select(COLUMNS).orderBy('domain').execute()
}

export interface CheckedDomain {
  readonly domain: string
  readonly report: readonly DomainFinding[]
  readonly checkedAt: Temporal.Instant
  readonly passed: boolean
  readonly proven: boolean
}

/** Whoever asked later keeps their answer. */
export async function upsertReport(trx: Trx, portalId: number, checked: CheckedDomain): Promise<void> {
  const { domain, ...rest } = checked
  const row = { ...rest, report: JSON.stringify(checked.report) }
  await trx
    .insertInto('sendingDomains')
    .values({ portalId, domain, dailyCap: null, ...row })
    .onConflict((conflict) =>
      conflict
        .columns(['portalId', 'domain'])
        .doUpdateSet(row)
        .where((eb) =>
          eb.or([eb('sendingDomains.checkedAt', 'is', null), eb('sendingDomains.checkedAt', '<=', checked.checkedAt)]),
        ),
    )
    .execute()
}

/** As before the first check. That its DNS names the account stays: it does not depend on how mails leave. */
export async function forgetReport(trx: Trx, portalId: number, domain: string): Promise<void> {
  await trx
    .updateTable('sendingDomains')
    .set({ report: null, checkedAt: null, passed: false })
    .where('portalId', '=', portalId)
    .where('domain', '=', domain)
    .execute()
}

export async function upsertDomainCap(
  trx: Trx,
  portalId: number,
  domain: string,
  dailyCap: number | null,
): Promise<void> {
  await trx
    .insertInto('sendingDomains')
    .values({ portalId, domain, dailyCap, report: null, checkedAt: null })
    .onConflict((conflict) => conflict.columns(['portalId', 'domain']).doUpdateSet({ dailyCap }))
    .execute()
}
