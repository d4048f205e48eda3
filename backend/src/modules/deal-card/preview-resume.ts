import type { PortalContext } from '#core/context.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { forecastResume } from '#modules/enrollments/forecast-resume.ts'
import type { ResumePreview } from '#shared/contract/enrollment.ts'
import { isFork } from '#shared/step-flow.ts'
import { describePlace } from './describe-place.ts'

/**
 * The e-mails that would follow if a paused enrollment were resumed now, with their dates; a step for which no date can be
 * named, or which decides what comes after it, ends the list. Throws `not_found`, and `conflict` for an enrollment that is not paused.
 */
export async function previewResume(
  deps: Pick<Deps, 'db' | 'clock'>,
  portal: PortalContext,
  enrollmentId: string,
): Promise<ResumePreview> {
  const { portalId } = portal
  const { definition, steps } = await inPortal(deps.db, portalId, (trx) =>
    forecastResume(deps, trx, portalId, enrollmentId),
  )
  const shown = steps.filter(({ kind, status }) => kind === 'email' || status === 'held' || isFork(kind))
  return {
    steps: shown.map(({ position, kind, status, dueAt, why }) => ({
      step: describePlace(definition.steps, position),
      at: status === 'held' ? null : dueAt.toString(),
      why: status !== 'held' && isFork(kind) ? 'What comes after it depends on this step.' : why,
    })),
  }
}
