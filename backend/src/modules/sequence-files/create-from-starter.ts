import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import type { Deps } from '#deps'
import { once } from '#modules/idempotency/once.ts'
import { replaceScenarios } from '#modules/scenarios/replace-scenarios.ts'
import { createSequenceIn } from '#modules/sequences/create-sequence.ts'
import type { TemplateTools } from '#modules/sequences/template-tools.ts'
import type { Sequence } from '#shared/contract/sequence.ts'
import type { CreateFromStarter } from '#shared/contract/sequence-file.ts'
import { listTakenNames } from './repository.ts'
import { readStarter, STARTERS } from './starters.ts'

/** A new draft with the steps and scenarios of a starter; a name that is taken gets a number. Throws `not_found` for an unknown starter. */
export async function createFromStarter(
  deps: Pick<Deps, 'db' | 'clock' | 'ids'>,
  portal: PortalContext,
  input: CreateFromStarter,
  tools: TemplateTools,
): Promise<Sequence> {
  const starter = STARTERS.find(({ key }) => key === input.key)
  if (!starter) throw new AppError('not_found', 'There is no such starter. Reload the page.')
  const { name, definition, scenarios = [] } = readStarter(starter)
  const change = { key: input.idempotencyKey, operation: 'sequence.start_from', input }
  return once(deps, portal, change, async (trx) => {
    const taken = await listTakenNames(trx, portal.portalId)
    const draft = await createSequenceIn(deps, trx, portal, { name: freeName(name, taken), definition }, tools)
    await replaceScenarios(deps, trx, portal, { sequenceId: draft.id, scenarios, revision: 0 })
    return draft
  })
}

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  let name = wanted
  for (let number = 2; taken.has(name.toLowerCase()); number++) name = `${wanted} ${number}`
  return name
}
