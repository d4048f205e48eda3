import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { once } from '#modules/idempotency/once.ts'
import { publishOrSubmit } from '#modules/publish-requests/publish-or-submit.ts'
import { refreshDefaultDomain } from '#modules/senders/refresh-default-domain.ts'
import type { ChangeSequenceStatus, Sequence } from '#shared/contract/sequence.ts'
import { archiveSequence } from './archive-sequence.ts'
import { finishSequence } from './finish-sequence.ts'
import { pauseSequence } from './pause-sequence.ts'
import { refuseUnread } from './refuse-unread.ts'
import type { SequenceRecord } from './repository.ts'
import { resumeSequence } from './resume-sequence.ts'
import { stopAndArchiveSequence } from './stop-and-archive-sequence.ts'
import type { TemplateTools } from './template-tools.ts'
import { toSequence } from './to-sequence.ts'

type Steering = (
  deps: Pick<Deps, 'clock' | 'ids' | 'settings'>,
  trx: Trx,
  portal: PortalContext,
  sequenceId: string,
  tools: TemplateTools,
) => Promise<SequenceRecord>

const STEERING: Record<ChangeSequenceStatus['action'], Steering> = {
  publish: publishOrSubmit,
  pause: pauseSequence,
  resume: resumeSequence,
  archive: archiveSequence,
  finish: finishSequence,
  stop_and_archive: stopAndArchiveSequence,
}

/**
 * Publishes, pauses, resumes, finishes or archives a sequence, once per key. Throws what those verbs throw, and `conflict` for
 * a draft that was saved since the one that was looked at.
 */
export async function changeSequenceStatus(
  deps: Pick<Deps, 'db' | 'clock' | 'ids' | 'settings' | 'dns'>,
  portal: PortalContext,
  sequenceId: string,
  input: ChangeSequenceStatus,
  tools: TemplateTools,
): Promise<Sequence> {
  // Before the transaction, which asks nobody.
  if (input.action === 'publish' || input.action === 'resume') await refreshDefaultDomain(deps, portal)
  const { action, revision, idempotencyKey: key } = input
  const seen = action === 'publish' && revision !== undefined ? { revision } : {}
  const change = { key, operation: `sequence.${action}`, input: { sequenceId, ...seen } }
  return once(deps, portal, change, async (trx) => {
    if (seen.revision !== undefined) await refuseUnread(trx, portal.portalId, sequenceId, seen.revision)
    return toSequence(await STEERING[action](deps, trx, portal, sequenceId, tools), tools)
  })
}
