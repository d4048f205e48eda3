import { AppError, isAppError } from '#core/errors.ts'
import { checkScenarios } from '#modules/scenarios/check-scenarios.ts'
import { checkDraft, checkName } from '#modules/sequences/check-definition.ts'
import type { TemplateTools } from '#modules/sequences/template-tools.ts'
import { type ReadSequence, readFile } from './read-file.ts'

/**
 * Reads a file that may become a draft: as `readFile`, and its ids, templates, calendar and scenarios are those of a draft. Throws
 * `invalid_input` or `template_invalid`; the sentence begins with the line.
 */
export function checkFile(text: string, tools: Pick<TemplateTools, 'check'>): ReadSequence {
  const read = readFile(text)
  try {
    checkName(read.name)
    checkDraft(read.definition, tools)
    checkScenarios(read.scenarios ?? [])
  } catch (error) {
    if (!isAppError(error)) throw error
    throw new AppError(error.code, `Line ${lineOf(read, error.field)}: ${error.message}`, {
      field: 'text',
      cause: error,
    })
  }
  return read
}

/** `definition.steps.2.body` is a place of the file without its first word. */
function lineOf(read: ReadSequence, field: string | undefined): number {
  const parts = (field ?? '').split('.').filter((part) => part !== 'definition' && part !== '')
  return read.lineOf(parts.map((part) => (/^\d+$/.test(part) ? Number(part) : part)))
}
