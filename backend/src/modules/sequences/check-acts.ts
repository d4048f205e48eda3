import { AppError, isAppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import { checkText } from '#mail/check-template.ts'
import { readPlaces } from '#modules/places/list-places.ts'
import type { SequenceDefinition, Step } from '#shared/contract/sequence.ts'

/**
 * What every draft must keep of a step that acts: templates that can be filled in. `index` from 0. Throws `invalid_input` or
 * `template_invalid`, with the field.
 */
export function checkActDraft(step: Step, index: number): void {
  const parts =
    step.kind === 'task'
      ? { subject: step.subject, body: step.body }
      : step.kind === 'set_property'
        ? { value: step.value }
        : {}
  for (const [part, text] of Object.entries(parts)) {
    try {
      checkText(part, text)
    } catch (error) {
      if (!isAppError(error, 'template_invalid')) throw error
      throw new AppError('template_invalid', `Step ${index + 1}: ${error.message}`, {
        cause: error,
        ...at(index, part),
      })
    }
  }
}

/** What a version must have beyond that. Throws `invalid_input`, naming the step. */
export function checkActPublishable(step: Step, index: number): void {
  if (step.kind === 'task' && !step.subject.trim()) {
    throw refusal(index, 'say what is to be done.', 'subject')
  }
  if (step.kind === 'set_place' && !step.stageId) throw refusal(index, 'choose a place.', 'stageId')
  if (step.kind !== 'set_property') return
  if (!step.property) throw refusal(index, 'name the property to set.', 'property')
  if (step.object === 'contact' && step.property === 'email') {
    throw refusal(index, 'a sequence cannot change the address it writes to. Name another property.', 'property')
  }
}

/** Refuses a version that names a place which is not on the account's list. Throws `invalid_input`. */
export async function refuseUnknownPlaces(trx: Trx, portalId: number, definition: SequenceDefinition): Promise<void> {
  if (!definition.steps.some(({ kind }) => kind === 'set_place')) return
  const known = new Set((await readPlaces(trx, portalId)).places.map(({ id }) => id))
  for (const [index, step] of definition.steps.entries()) {
    if (step.kind !== 'set_place' || known.has(step.stageId)) continue
    throw refusal(index, 'the place is not on the list any more. Choose another.', 'stageId')
  }
}

function refusal(index: number, sentence: string, part: string): AppError {
  return new AppError('invalid_input', `Step ${index + 1}: ${sentence}`, at(index, part))
}

function at(index: number, part: string): { field: string } {
  return { field: `definition.steps.${index}.${part}` }
}
