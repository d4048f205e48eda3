import { isAppError } from '#core/errors.ts'
import type { MergeValues } from '#mail/merge-fields.ts'
import { renderText } from '#mail/render-text.ts'

/** One filled template of a step that is no mail, or the sentence that says what is missing. Pure. */
export function fillText(template: string, values: MergeValues): { readonly text: string } | { readonly held: string } {
  try {
    const text = renderText(template, values)
    if (typeof text === 'string') return { text }
    return { held: `No value for ${text.unfilled.join(', ')}. Fill it in HubSpot, then try again.` }
  } catch (error) {
    if (isAppError(error, 'template_invalid')) return { held: error.message }
    throw error
  }
}
