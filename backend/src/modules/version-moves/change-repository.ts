import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import { REMOVED_FROM } from './removed-from.ts'

export interface EnrollmentMove {
  readonly enrollmentId: string
  readonly version: number
  readonly position: number
  readonly stepCount: number
  readonly remaining: number | null
  /** The rule of the new version, where it is another one than before. */
  readonly stageRule: 'stops' | 'goes_on' | 'unchanged'
  /** When it reached its step; null: it stands at the same step as before. */
  readonly reachedAt: Temporal.Instant | null
}

/**
 * Gives an enrollment its new version and place. Where the new version stops when the deal leaves the stage and the old one did
 * not, the stage is that of the entry, if the deal is there still: as at enrolling.
 */
export async function moveEnrollmentRow(trx: Trx, portalId: number, move: EnrollmentMove): Promise<void> {
  const { enrollmentId, version, position, stepCount, remaining, stageRule, reachedAt } = move
  await sql`
    update enrollments e set version = ${version}, step_position = ${position}, step_count = ${stepCount},
      paused_remaining = ${remaining}, updated_at = coalesce(${reachedAt}::timestamptz, e.updated_at),
      pipeline_id = case ${stageRule}::text when 'goes_on' then null when 'stops' then here.pipeline_id else e.pipeline_id end,
      stage_id = case ${stageRule}::text when 'goes_on' then null when 'stops' then here.stage_id else e.stage_id end
    from (select 1) one
    left join lateral (
      select t.pipeline_id, t.stage_id from enrollments x
      join stage_entries t on t.portal_id = x.portal_id and t.id = x.stage_entry_id
      join deals d on d.portal_id = x.portal_id and d.deal_id = x.deal_id and d.stage_id = t.stage_id
      where x.portal_id = ${portalId} and x.id = ${enrollmentId}
    ) here on true
    where e.portal_id = ${portalId} and e.id = ${enrollmentId}
  `.execute(trx)
}

/** Puts every run where its step is in the new version; runs of removed steps are history, behind all places. */
export async function placeRuns(
  trx: Trx,
  portalId: number,
  enrollmentId: string,
  stepIds: readonly string[],
): Promise<void> {
  await sql`
    update step_runs r set position = coalesce(
      array_position(${[...stepIds]}::text[], r.step_id) - 1,
      case when r.position >= ${REMOVED_FROM} then r.position else r.position + ${REMOVED_FROM} end
    )
    where r.portal_id = ${portalId} and r.enrollment_id = ${enrollmentId}
  `.execute(trx)
}

/**
 * Forgets a wait that was running: if a later version has its step again it is waited for anew, and not taken for one that a
 * pause interrupted with nothing left of it.
 */
export async function removeWait(trx: Trx, portalId: number, id: string): Promise<void> {
  await trx
    .deleteFrom('stepRuns')
    .where('portalId', '=', portalId)
    .where('id', '=', id)
    .where('kind', '=', 'wait')
    .where('status', '=', 'scheduled')
    .execute()
}

/** Ends the run of a step that was not done: one that only waited for its time may be planned again, the others may not. */
export async function takeBackRun(
  trx: Trx,
  portalId: number,
  id: string,
  why: string,
  now: Temporal.Instant,
): Promise<void> {
  await sql`
    update step_runs set status = case status when 'scheduled' then 'canceled' else 'skipped' end, why = ${why}, settled_at = ${now}
    where portal_id = ${portalId} and id = ${id} and status in ('scheduled', 'held', 'failed')
  `.execute(trx)
}

/** Mails that were written and never taken are written anew, with the texts of the new version. */
export async function dropFrozenMails(trx: Trx, portalId: number, enrollmentId: string): Promise<void> {
  await trx
    .updateTable('deliveries')
    .set({ mime: null, subject: null })
    .where('portalId', '=', portalId)
    .where('enrollmentId', '=', enrollmentId)
    .where('status', 'in', ['sending', 'refused', 'canceled'])
    .execute()
}

/**
 * An approval is for what a person read: where the step is another one in the new version, its mail is read again, also one in
 * their own words.
 */
export async function dropOldApprovals(
  trx: Trx,
  portalId: number,
  enrollmentId: string,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<void> {
  await sql`
    delete from mail_approvals a using step_runs r, enrollments e, sequence_versions o, sequence_versions n
    where a.portal_id = ${portalId} and a.enrollment_id = ${enrollmentId}
      and r.portal_id = a.portal_id and r.id = a.step_run_id and r.status in ('scheduled', 'held', 'failed', 'canceled')
      and e.portal_id = a.portal_id and e.id = a.enrollment_id
      and o.portal_id = e.portal_id and o.sequence_id = e.sequence_id and o.version = ${from}
      and n.portal_id = e.portal_id and n.sequence_id = e.sequence_id and n.version = ${to}
      and jsonb_path_query_first(o.definition, '$.steps[*] ? (@.id == $id)', jsonb_build_object('id', r.step_id))
        is distinct from jsonb_path_query_first(n.definition, '$.steps[*] ? (@.id == $id)', jsonb_build_object('id', r.step_id))
  `.execute(trx)
}

/**
 * A step that was wanted before a restored backup may have been done, and what follows it too, as nobody can know any more: the
 * step that is planned in its place keeps that moment, so it waits for a person like every mail of before (`judgeLateness`).
 */
export async function keepFromBeforeRestore(
  trx: Trx,
  portalId: number,
  enrollmentId: string,
  plannedFor: Temporal.Instant,
): Promise<void> {
  await sql`
    update step_runs r set planned_for = ${plannedFor}
    where r.portal_id = ${portalId} and r.enrollment_id = ${enrollmentId} and r.status = 'scheduled' and r.epoch = 1
      and r.planned_for > ${plannedFor}
      and ${plannedFor}::timestamptz <= (select max(seen_at) from database_identities where restored)
  `.execute(trx)
}
