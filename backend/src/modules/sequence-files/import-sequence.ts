import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { once } from '#modules/idempotency/once.ts'
import { listScenarios } from '#modules/scenarios/list-scenarios.ts'
import { replaceScenarios } from '#modules/scenarios/replace-scenarios.ts'
import { createSequenceIn } from '#modules/sequences/create-sequence.ts'
import { saveSequenceIn } from '#modules/sequences/save-sequence.ts'
import type { TemplateTools } from '#modules/sequences/template-tools.ts'
import type { Scenario } from '#shared/contract/scenario.ts'
import type { Sequence } from '#shared/contract/sequence.ts'
import type { ImportSequence } from '#shared/contract/sequence-file.ts'
import { checkFile } from './check-file.ts'
import { diffScenarios } from './diff-scenarios.ts'
import { findByKey, setFileKey } from './repository.ts'

/**
 * Makes a file the draft of the sequence with its key, or of a new one; nothing goes live by it. Throws what `checkFile` throws,
 * and `conflict` when the draft or the scenarios it replaces are not those that the plan was made against. A file that says
 * nothing of scenarios leaves those of the draft as they are.
 */
export async function importSequence(
  deps: Pick<Deps, 'db' | 'clock' | 'ids'>,
  portal: PortalContext,
  input: ImportSequence,
  tools: TemplateTools,
): Promise<Sequence> {
  const { text, revision, scenariosRevision = 0, idempotencyKey } = input
  const { key, name, definition, scenarios } = checkFile(text, tools)
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
    if (scenarios) {
      await importScenarios(deps, trx, portal, { sequenceId: imported.id, scenarios, revision: scenariosRevision })
    }
    await recordActivity(deps, trx, portal, {
      kind: 'sequence.imported',
      subjectId: imported.id,
      data: { sequence: imported.name },
    })
    return imported
  })
}

/** The same ones once more are no change: their revision stays, and the activity log says nothing. */
async function importScenarios(
  deps: Pick<Deps, 'clock' | 'ids'>,
  trx: Trx,
  portal: PortalContext,
  change: { readonly sequenceId: string; readonly scenarios: Scenario[]; readonly revision: number },
): Promise<void> {
  const own = await listScenarios(trx, portal.portalId, change.sequenceId)
  if (diffScenarios(own.scenarios, change.scenarios).length === 0) return
  if (own.revision !== change.revision) {
    const message = 'The scenarios have changed since you looked at the differences. Look at them again.'
    throw new AppError('conflict', message)
  }
  await replaceScenarios(deps, trx, portal, change)
}
