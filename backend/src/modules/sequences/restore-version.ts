import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { once } from '#modules/idempotency/once.ts'
import type { Sequence } from '#shared/contract/sequence.ts'
import type { RestoreVersion } from '#shared/contract/sequence-version.ts'
import { getLockedSequence } from './get-locked-sequence.ts'
import { updateSequence } from './repository.ts'
import type { TemplateTools } from './template-tools.ts'
import { toSequence } from './to-sequence.ts'
import { findVersion } from './versions-repository.ts'

/**
 * Makes a published version the draft; nothing is published by it. Throws `conflict` when somebody saved the draft since this
 * revision was read, `not_found`.
 */
export function restoreVersion(
  deps: Pick<Deps, 'db' | 'clock' | 'ids'>,
  portal: PortalContext,
  { sequenceId, version }: { sequenceId: string; version: string },
  input: RestoreVersion,
  tools: Pick<TemplateTools, 'fields'>,
): Promise<Sequence> {
  const { portalId } = portal
  const change = { key: input.idempotencyKey, operation: 'sequence.restore', input: { sequenceId, version, ...input } }
  return once(deps, portal, change, async (trx) => {
    const stored = await getLockedSequence(trx, portalId, sequenceId)
    const found = await findVersion(trx, portalId, sequenceId, Number(version))
    if (!found) throw new AppError('not_found', `“${stored.name}” has no version ${version}. Reload the page.`)
    if (stored.revision !== input.revision) {
      throw new AppError('conflict', 'This sequence was saved by somebody else since you opened it. Load it again.')
    }
    const draft = {
      draft: JSON.stringify(found.definition),
      draftPublished: found.version === stored.version,
      revision: stored.revision + 1,
    }
    const saved = await updateSequence(trx, portalId, sequenceId, draft, deps.clock())
    await recordActivity(deps, trx, portal, {
      kind: 'sequence.restored',
      subjectId: sequenceId,
      data: { sequence: stored.name, version: found.version },
    })
    return toSequence(saved, tools)
  })
}
