import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { once } from '#modules/idempotency/once.ts'
import { createSequenceIn } from '#modules/sequences/create-sequence.ts'
import { saveSequenceIn } from '#modules/sequences/save-sequence.ts'
import type { TemplateTools } from '#modules/sequences/template-tools.ts'
import type { Sequence } from '#shared/contract/sequence.ts'
import type { ImportSequence } from '#shared/contract/sequence-file.ts'
import { checkFile } from './check-file.ts'
import { findByKey, setFileKey } from './repository.ts'

/**
 * Makes a file the draft of the sequence with its key, or of a new one; nothing goes live by it. Throws what `checkFile` throws,
 * and `conflict` when the draft it replaces is not the one that the plan was made against.
 */
export async function importSequence(
  deps: Pick<Deps, 'db' | 'clock' | 'ids'>,
  portal: PortalContext,
  input: ImportSequence,
  tools: TemplateTools,
): Promise<Sequence> {
  const { text, revision, idempotencyKey } = input
  const { key, name, definition } = checkFile(text, tools)
  const { portalId } = portal
  return once(deps, portal, { key: idempotencyKey, operation: 'sequence.import', input }, async (trx) => {
    const replaced = await findByKey(trx, portalId, key)
    if (replaced?.revision !== revision) {
      throw new AppError('conflict', 'The draft has changed since you looked at the differences. Look at them again.')
    }
    const imported = replaced
      ? await saveSequenceIn(deps, trx, portal, replaced.id, { name, definition, revision: replaced.revision }, tools)
      : await createSequenceIn(deps, trx, portal, { name, definition }, tools)
    if (!replaced) await setFileKey(trx, portalId, imported.id, key)
    await recordActivity(deps, trx, portal, {
      kind: 'sequence.imported',
      subjectId: imported.id,
      data: { sequence: imported.name },
    })
    return imported
  })
}
