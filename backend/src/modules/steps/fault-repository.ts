import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { DeliveryStatus } from '#shared/vocabulary.ts'
import type { ClaimedRun } from './claim-repository.ts'

/**
 * The ids of those runs that are still this worker's to settle. One with another lease than its claim gave it was set aside: only
 * what became of its mail is to be written, and not before that lease ends.
 */
export async function listOurs(trx: Trx, portalId: number, runs: readonly ClaimedRun[]): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    select r.id
    from unnest(${runs.map(({ id }) => id)}::uuid[], ${runs.map(({ claimNo }) => claimNo)}::int[],
      ${runs.map(({ leaseUntil }) => leaseUntil)}::timestamptz[]) as n (id, claim_no, lease_until)
    join step_runs r on r.portal_id = ${portalId} and r.id = n.id and r.claim_no = n.claim_no and r.status = 'sending'
      and r.lease_until = n.lease_until
  `.execute(trx)
  return new Set(rows.map(({ id }) => id))
}

export interface FailingRun {
  /** Errors of its own in a row so far. */
  readonly faults: number
  /** Of its mail; null without one. */
  readonly delivery: DeliveryStatus | null
}

/**
 * Locks a run that is still this worker's, then looks at its mail: a gate that opened a moment ago is seen, one that comes later
 * finds the run settled. Undefined when the claim is gone.
 */
export async function lockFailing(trx: Trx, portalId: number, run: ClaimedRun): Promise<FailingRun | undefined> {
  const locked = await trx
    .selectFrom('stepRuns')
    .where('portalId', '=', portalId)
    .where('id', '=', run.id)
    .where('claimNo', '=', run.claimNo)
    .where('status', '=', 'sending')
    .select('faults')
    .forUpdate()
    .executeTakeFirst()
  if (!locked) return undefined
  const mail = await trx
    .selectFrom('deliveries')
    .where('portalId', '=', portalId)
    .where('stepRunId', '=', run.id)
    .where('epoch', '=', run.epoch)
    .select('status')
    .executeTakeFirst()
  return { faults: locked.faults, delivery: mail?.status ?? null }
}

/** Leaves a run with its worker's claim until then: only what became of its mail is still to be written. */
export async function keepLeased(
  trx: Trx,
  portalId: number,
  run: ClaimedRun,
  change: { readonly leaseUntil: Temporal.Instant; readonly why: string; readonly faults: number },
): Promise<void> {
  await trx
    .updateTable('stepRuns')
    .set(change)
    .where('portalId', '=', portalId)
    .where('id', '=', run.id)
    .where('claimNo', '=', run.claimNo)
    .where('status', '=', 'sending')
    .execute()
}

export interface HandedOver {
  readonly status: 'accepted' | 'unconfirmed'
  /** What the server said, or why nobody can know. */
  readonly response: string | null
  readonly subject: string | null
}

/** Of runs of which only what became of their mail was still to be written: what is known of it, by run id. */
export async function selectHandedOver(
  trx: Trx,
  portalId: number,
  runs: readonly ClaimedRun[],
): Promise<Map<string, HandedOver>> {
  const rows = await trx
    .selectFrom('deliveries as d')
    .innerJoin('stepRuns as r', (join) =>
      join.onRef('r.portalId', '=', 'd.portalId').onRef('r.id', '=', 'd.stepRunId').onRef('r.epoch', '=', 'd.epoch'),
    )
    .where('d.portalId', '=', portalId)
    .where('d.status', 'in', ['accepted', 'unconfirmed'])
    .where(
      'r.id',
      'in',
      runs.map(({ id }) => id),
    )
    .select(['r.id', 'd.status', 'd.response', 'd.subject'])
    .$narrowType<{ status: HandedOver['status'] }>()
    .execute()
  return new Map(rows.map(({ id, ...handed }) => [id, handed]))
}
