import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { once } from '#modules/idempotency/once.ts'
import type { ChangeSequenceStatus, Sequence } from '#shared/contract/sequence.ts'
import { archiveSequence } from './archive-sequence.ts'
import { pauseSequence } from './pause-sequence.ts'
import { publishSequence } from './publish-sequence.ts'
import type { SequenceRecord } from './repository.ts'
import { resumeSequence } from './resume-sequence.ts'
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
  publish: publishSequence,
  pause: pauseSequence,
  resume: resumeSequence,
  archive: archiveSequence,
}

/** Publishes, pauses, resumes or archives a sequence, once per key. Throws what the four verbs throw. */
export function changeSequenceStatus(
  deps: Pick<Deps, 'db' | 'clock' | 'ids' | 'settings'>,
  portal: PortalContext,
  sequenceId: string,
  input: ChangeSequenceStatus,
  tools: TemplateTools,
): Promise<Sequence> {
  const change = { key: input.idempotencyKey, operation: `sequence.${input.action}`, input: { sequenceId } }
  return once(deps, portal, change, async (trx) =>
    toSequence(await STEERING[input.action](deps, trx, portal, sequenceId, tools), tools),
  )
}
