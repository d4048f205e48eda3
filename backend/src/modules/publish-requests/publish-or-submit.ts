import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { getAccess } from '#modules/admins/is-admin.ts'
import { getLockedSequence } from '#modules/sequences/get-locked-sequence.ts'
import { publishSequence } from '#modules/sequences/publish-sequence.ts'
import { refuseFinishing } from '#modules/sequences/refuse-finishing.ts'
import { refuseUnready } from '#modules/sequences/refuse-unready.ts'
import type { TemplateTools } from '#modules/sequences/template-tools.ts'
import { personOf } from './person-of.ts'
import { answerRequest, findLatestRequest, insertRequest, selectNeedsApproval } from './repository.ts'

type Published = Awaited<ReturnType<typeof publishSequence>>

/**
 * Publishes a draft, or where the account wants a second admin's approval submits it: the same checks, and nothing goes live.
 * Submitted already as it is: nothing happens. Throws what `publishSequence` throws, and `conflict` when nobody else could
 * approve it.
 */
export async function publishOrSubmit(
  deps: Pick<Deps, 'clock' | 'ids' | 'settings'>,
  trx: Trx,
  portal: PortalContext,
  sequenceId: string,
  tools: TemplateTools,
): Promise<Published> {
  const { portalId } = portal
  if (!(await selectNeedsApproval(trx, portalId))) return publishSequence(deps, trx, portal, sequenceId, tools)
  const sequence = await getLockedSequence(trx, portalId, sequenceId)
  refuseFinishing(sequence)
  if (sequence.draftPublished && sequence.version !== null) return sequence
  await refuseUnready(deps, trx, portalId, { sequenceId, definition: sequence.draft }, tools)
  if ((await getAccess(trx, portal)).admins.length < 2) {
    throw new AppError(
      'conflict',
      'Sequences need a second admin’s approval, and there is only one admin. Add another admin, or switch the approval off.',
    )
  }
  const by = personOf(portal.actor)
  const now = deps.clock()
  const latest = await findLatestRequest(trx, portalId, sequenceId)
  if (latest?.status === 'waiting') {
    if (latest.revision === sequence.revision) return sequence
    // The draft was saved since: what waits is not what would go live.
    await answerRequest(trx, portalId, latest.id, {
      status: 'withdrawn',
      answeredAt: now,
      answeredBy: by,
      comment: null,
    })
  }
  const { revision, name } = sequence
  await insertRequest(trx, portalId, { id: deps.ids(), sequenceId, revision, submittedAt: now, submittedBy: by })
  await recordActivity(deps, trx, portal, {
    kind: 'sequence.submitted',
    subjectId: sequenceId,
    data: { sequence: name },
  })
  return sequence
}
