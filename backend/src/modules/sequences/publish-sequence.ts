import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { getLockedSequence } from './get-locked-sequence.ts'
import { refuseFinishing } from './refuse-finishing.ts'
import { refuseUnready } from './refuse-unready.ts'
import { insertVersion, type SequenceRecord, updateSequence } from './repository.ts'
import type { TemplateTools } from './template-tools.ts'

/**
 * Freezes the draft as the next version, which new enrollments get; running ones keep theirs. A draft becomes active; a
 * paused sequence stays paused, because somebody stopped its mails and publishing says nothing about that. With nothing
 * new to publish nothing happens. Throws `invalid_input` or `template_invalid`, naming the step, and
 * `conflict` while the domain mails would come from is not ready or one of its scenarios is red.
 */
export async function publishSequence(
  deps: Pick<Deps, 'clock' | 'ids' | 'settings'>,
  trx: Trx,
  portal: PortalContext,
  sequenceId: string,
  tools: TemplateTools,
): Promise<SequenceRecord> {
  const { portalId, actor } = portal
  const sequence = await getLockedSequence(trx, portalId, sequenceId)
  refuseFinishing(sequence)
  if (sequence.draftPublished && sequence.version !== null) return sequence
  await refuseUnready(deps, trx, portalId, { sequenceId, definition: sequence.draft }, tools)
  const version = (sequence.version ?? 0) + 1
  const publishedBy = actor.kind === 'user' ? (actor.email ?? actor.userId) : null
  await insertVersion(trx, portalId, { sequenceId, version, definition: sequence.draft }, deps.clock(), publishedBy)
  const status = sequence.status === 'paused' ? 'paused' : 'active'
  const change = { version, status, draftPublished: true } as const
  const published = await updateSequence(trx, portalId, sequenceId, change, deps.clock())
  await recordActivity(deps, trx, portal, {
    kind: 'sequence.published',
    subjectId: sequenceId,
    data: { sequence: sequence.name, version },
  })
  return published
}
