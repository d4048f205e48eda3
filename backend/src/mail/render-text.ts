import { cleanText } from './clean-text.ts'
import { fill, type UnfilledMail } from './fill-template.ts'
import type { MergeValues } from './merge-fields.ts'
import { textEngine } from './template-engine.ts'

/** Fills one template that is no mail, as plain text without space around it. Pure. Throws like `renderMail`. */
export function renderText(template: string, values: MergeValues): string | UnfilledMail {
  const { text, unfilled } = fill(textEngine, template, values)
  return unfilled.length > 0 ? { unfilled } : cleanText(text).trim()
}
