import type { PortalContext } from '#core/context.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { describePlace } from '#modules/deal-card/describe-place.ts'
import { forecastSteps } from '#modules/enrollments/forecast-steps.ts'
import type { PlannedStep } from '#modules/enrollments/plan-step.ts'
import type { MovePreview, MovePreviewQuery, MovePreviewRow } from '#shared/contract/version-move.ts'
import { isFork } from '#shared/step-flow.ts'
import { getTarget } from './get-target.ts'
import { judgeMove, type MoveVerdict } from './judge-move.ts'
import { countMoving, listMoving, listRuns, type MovingEnrollment, type MovingRun, type Outline } from './repository.ts'

const PER_PAGE = 50

/**
 * What moving the running enrollments to a version would do now, a page at a time: where each stands, where it would go on, and
 * its next e-mail with the date that `planStep` names. Nothing is written. Throws `not_found`, and `conflict` for an archived
 * sequence.
 */
export async function previewMove(
  deps: Pick<Deps, 'db' | 'clock'>,
  portal: PortalContext,
  sequenceId: string,
  query: MovePreviewQuery,
): Promise<MovePreview> {
  const { portalId } = portal
  const version = Number(query.version)
  const now = deps.clock()
  return inPortal(deps.db, portalId, async (trx) => {
    const { sequenceName, to, outlines } = await getTarget(trx, portalId, sequenceId, version)
    const page = { sequenceId, version, after: query.after ?? null, limit: PER_PAGE + 1 }
    const found = await listMoving(trx, portalId, page)
    const shown = found.slice(0, PER_PAGE)
    const ids = shown.map(({ id }) => id)
    const runs = Map.groupBy(await listRuns(trx, portalId, ids, false), ({ enrollmentId }) => enrollmentId)
    const rows = shown.flatMap((enrollment): MovePreviewRow[] => {
      const from = outlines.get(enrollment.version)
      return from ? [describeMove({ enrollment, runs: runs.get(enrollment.id) ?? [], from, to, now })] : []
    })
    const nextAfter = found.length > PER_PAGE ? (ids.at(-1) ?? null) : null
    return { sequenceName, version, total: await countMoving(trx, portalId, sequenceId, version), rows, nextAfter }
  })
}

type Moves = Extract<MoveVerdict, { kind: 'moves' }>

interface Described {
  readonly enrollment: MovingEnrollment
  readonly runs: readonly MovingRun[]
  readonly from: Outline
  readonly to: Outline
  readonly now: Temporal.Instant
}

function describeMove(described: Described): MovePreviewRow {
  const { enrollment, from, to } = described
  const verdict = judgeMove(described)
  const moves = verdict.kind === 'moves'
  return {
    enrollmentId: enrollment.id,
    dealId: enrollment.dealId,
    dealName: enrollment.dealName ?? `Deal ${enrollment.dealId}`,
    contactName: enrollment.contactName,
    fromVersion: enrollment.version,
    stands: describePlace(from.steps, enrollment.stepPosition),
    goesOn: moves ? describePlace(to.steps, verdict.position) : null,
    stays: moves ? null : verdict.why,
    next: moves ? describeNext(described, verdict) : null,
  }
}

function describeNext(described: Described, verdict: Moves): MovePreviewRow['next'] {
  const { enrollment, to } = described
  const { position, done } = verdict
  if (enrollment.status === 'paused') {
    const why = 'It is paused; it goes on from here when it is resumed.'
    return { step: describePlace(to.steps, position), at: null, why }
  }
  const first = verdict.planned ?? presentPlan(described, position)
  if (!first) return null
  const rest = first.status === 'held' ? [] : forecastSteps(to, first, enrollment, done)
  const mail = [first, ...rest].find(({ kind, status }) => kind === 'email' || status === 'held' || isFork(kind))
  if (!mail) return null
  const at = mail.kind !== 'email' || mail.status === 'held' ? null : mail.dueAt.toString()
  return { step: describePlace(to.steps, mail.position), at, why: mail.why }
}

/** What is planned already and stays so; a step that waits for a person has no date. */
function presentPlan({ runs, to }: Described, position: number): PlannedStep | undefined {
  const step = to.steps[position]
  const run = runs.find(({ stepId, epoch }) => stepId === step?.id && epoch === 1)
  if (!step || !run) return undefined
  const status = run.status === 'scheduled' ? ('scheduled' as const) : ('held' as const)
  const { dueAt, plannedFor, deadline, why } = run
  return { stepId: step.id, position, kind: step.kind, status, dueAt, plannedFor, deadline, why }
}
