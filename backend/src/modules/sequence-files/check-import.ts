import type { PortalContext } from '#core/context.ts'
import { isAppError } from '#core/errors.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { listScenarios } from '#modules/scenarios/list-scenarios.ts'
import { refreshDefaultDomain } from '#modules/senders/refresh-default-domain.ts'
import { diffDefinitions } from '#modules/sequences/diff-definitions.ts'
import { getDefinition } from '#modules/sequences/get-definition.ts'
import { refuseUnready } from '#modules/sequences/refuse-unready.ts'
import type { TemplateTools } from '#modules/sequences/template-tools.ts'
import type { SequenceDefinition } from '#shared/contract/sequence.ts'
import type { CheckImport, ImportPlan } from '#shared/contract/sequence-file.ts'
import type { DiffLine } from '#shared/contract/sequence-version.ts'
import { checkFile } from './check-file.ts'
import { diffScenarios } from './diff-scenarios.ts'
import { findByKey } from './repository.ts'

const NO_SCENARIOS = { scenarios: [], revision: 0 }

/**
 * What importing a file would do, line by line; nothing is written but what the DNS said. Throws `invalid_input` or `template_invalid` with the line for
 * a file that cannot become a draft.
 */
export async function checkImport(
  deps: Pick<Deps, 'clock' | 'db' | 'dns' | 'settings'>,
  portal: PortalContext,
  { text }: CheckImport,
  tools: Pick<TemplateTools, 'check'>,
): Promise<ImportPlan> {
  const { key, name, definition, scenarios } = checkFile(text, tools)
  const { portalId } = portal
  await refreshDefaultDomain(deps, portal)
  return inPortal(deps.db, portalId, async (trx) => {
    const replaced = await findByKey(trx, portalId, key)
    const before = replaced
      ? (await getDefinition(trx, portalId, replaced.id, 'draft')).definition
      : nothing(definition)
    const own = replaced ? await listScenarios(trx, portalId, replaced.id) : NO_SCENARIOS
    const renamed: DiffLine[] =
      replaced && replaced.name !== name
        ? [{ kind: 'changed', text: 'Name', details: [`“${replaced.name}” → “${name}”`] }]
        : []
    return {
      name,
      replaces: replaced ? { ...replaced, scenariosRevision: own.revision } : null,
      lines: [
        ...renamed,
        ...diffDefinitions(before, definition),
        ...diffScenarios(own.scenarios, scenarios ?? own.scenarios),
      ],
      notPublishable: await whyNotPublishable(
        deps,
        trx,
        portalId,
        { sequenceId: replaced?.id ?? null, definition, scenarios },
        tools,
      ),
    }
  })
}

/** The same rules without a step: a new sequence is read by its steps. */
function nothing(definition: SequenceDefinition): SequenceDefinition {
  return { ...definition, steps: [] }
}

async function whyNotPublishable(...asked: Parameters<typeof refuseUnready>): Promise<string | null> {
  try {
    await refuseUnready(...asked)
    return null
  } catch (error) {
    if (!isAppError(error)) throw error
    return error.message
  }
}
