import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { once } from '#modules/idempotency/once.ts'
import type { CreateSequence, Sequence } from '#shared/contract/sequence.ts'
import { checkDraft, checkName } from './check-definition.ts'
import { refuseTakenName } from './refuse-taken-name.ts'
import { insertSequence } from './repository.ts'
import type { TemplateTools } from './template-tools.ts'
import { toSequence } from './to-sequence.ts'

/** Stores a new draft; it enrolls nobody until it is published. Throws `invalid_input` (a taken name too), `template_invalid`. */
export function createSequence(
  deps: Pick<Deps, 'db' | 'clock' | 'ids'>,
  portal: PortalContext,
  input: CreateSequence,
  tools: TemplateTools,
): Promise<Sequence> {
  return once(deps, portal, { key: input.idempotencyKey, operation: 'sequence.create', input }, (trx) =>
    createSequenceIn(deps, trx, portal, input, tools),
  )
}

/** The same inside another verb's transaction. */
export async function createSequenceIn(
  deps: Pick<Deps, 'clock' | 'ids'>,
  trx: Trx,
  portal: PortalContext,
  input: Pick<CreateSequence, 'name' | 'definition'>,
  tools: TemplateTools,
): Promise<Sequence> {
  const name = checkName(input.name)
  checkDraft(input.definition, tools)
  const id = deps.ids()
  const created = await refuseTakenName(trx, portal.portalId, { id, name }, () =>
    insertSequence(trx, portal.portalId, { id, name, draft: input.definition }, deps.clock()),
  )
  await recordActivity(deps, trx, portal, { kind: 'sequence.created', subjectId: id, data: { sequence: name } })
  return toSequence(created, tools)
}
