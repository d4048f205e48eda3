import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { getSequence } from '#modules/sequences/get-sequence.ts'
import type { NoWriter, Writer } from '#modules/steps/choose-writer.ts'
import { getMailFacts, type MailFacts } from '#modules/steps/get-mail-facts.ts'
import type { StepSender } from '#modules/steps/sender.ts'
import type { Sequence } from '#shared/contract/sequence.ts'
import { fillValues } from './fill-values.ts'
import { readSample, type Sample, type SampleNames } from './read-sample.ts'
import { type RenderedStep, renderStep } from './render-step.ts'
import { writerOf } from './writer-of.ts'

/** A step of a saved draft with everything its mail is made of. */
export interface OpenStep {
  readonly sequence: Pick<Sequence, 'id' | 'name'>
  /** From 1. */
  readonly number: number
  readonly rendered: RenderedStep
  readonly sender: StepSender
  /** Who would send it; `held` says why nobody could, and then it is shown as from the account's own sender. */
  readonly writer: Writer | NoWriter
  readonly facts: MailFacts
  readonly sample: Sample | undefined
}

/**
 * Renders a step of the saved draft with the values of a real contact or with examples. Changes nothing. Throws `not_found`,
 * `template_invalid`, `invalid_input`, and as `HubSpot.call`.
 */
export async function openStep(
  deps: Pick<Deps, 'db' | 'hubspot' | 'settings'>,
  portal: PortalContext,
  sequenceId: string,
  asked: SampleNames & { readonly stepId: string; readonly variantId?: string | undefined },
): Promise<OpenStep> {
  const { portalId } = portal
  const sequence = await getSequence(deps, portal, sequenceId, { fields: [] })
  const { steps } = sequence.draft
  const index = steps.findIndex(({ id }) => id === asked.stepId)
  const facts = await inPortal(deps.db, portalId, (trx) => getMailFacts(deps, trx, portalId))
  const sample = await readSample(deps, portal, asked)
  const { writer, sender } = writerOf(deps.settings, portalId, facts, sample)
  const rendered = renderStep(steps, index, asked.variantId, fillValues(sample, facts, sender), sender.signature)
  if (!rendered) throw new AppError('not_found', 'The saved draft has no such e-mail. Save it, then look again.')
  return { sequence, number: index + 1, rendered, sender, writer, facts, sample }
}
