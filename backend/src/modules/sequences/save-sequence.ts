import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { once } from '#modules/idempotency/once.ts'
import type { SaveSequence, Sequence } from '#shared/contract/sequence.ts'
import { checkDraft, checkName } from './check-definition.ts'
import { getLockedSequence } from './get-locked-sequence.ts'
import { refuseTakenName } from './refuse-taken-name.ts'
import { updateSequence } from './repository.ts'
import type { TemplateTools } from './template-tools.ts'
import { toSequence } from './to-sequence.ts'

/**
 * Saves the draft; what is published does not change. Throws `conflict` when somebody saved since this revision was read,
 * `invalid_input`, `template_invalid`, `not_found`.
 */
export function saveSequence(
  deps: Pick<Deps, 'db' | 'clock' | 'ids'>,
  portal: PortalContext,
  sequenceId: string,
  input: SaveSequence,
  tools: TemplateTools,
): Promise<Sequence> {
  const change = { key: input.idempotencyKey, operation: 'sequence.save', input: { sequenceId, ...input } }
  return once(deps, portal, change, (trx) => saveSequenceIn(deps, trx, portal, sequenceId, input, tools))
}

/** The same inside another verb's transaction. */
export async function saveSequenceIn(
  deps: Pick<Deps, 'clock' | 'ids'>,
  trx: Trx,
  portal: PortalContext,
  sequenceId: string,
  input: Pick<SaveSequence, 'name' | 'definition' | 'revision'>,
  tools: TemplateTools,
): Promise<Sequence> {
  const { portalId } = portal
  const name = checkName(input.name)
  checkDraft(input.definition, tools)
  const stored = await getLockedSequence(trx, portalId, sequenceId)
  if (stored.revision !== input.revision) {
    throw new AppError('conflict', 'This sequence was saved by somebody else since you opened it. Load it again.')
  }
  const revision = stored.revision + 1
  const change = { name, draft: JSON.stringify(input.definition), draftPublished: false, revision }
  const saved = await refuseTakenName(trx, portalId, { id: sequenceId, name }, () =>
    updateSequence(trx, portalId, sequenceId, change, deps.clock()),
  )
  await recordActivity(deps, trx, portal, { kind: 'sequence.saved', subjectId: sequenceId, data: { sequence: name } })
  return toSequence(saved, tools)
}
