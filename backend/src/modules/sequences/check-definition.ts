import { AppError, isAppError } from '#core/errors.ts'
import { checkCalendar } from '#modules/schedules/check-calendar.ts'
import type { ScheduleCalendar } from '#shared/contract/schedule.ts'
import type { EmailStep, SequenceDefinition } from '#shared/contract/sequence.ts'
import { checkActDraft, checkActPublishable } from './check-acts.ts'
import type { TemplateTools } from './template-tools.ts'

type Check = Pick<TemplateTools, 'check'>

/** A sequence's name as it is stored. Throws `invalid_input` when nothing is left of it. */
export function checkName(text: string): string {
  const name = text.trim().replace(/\s+/g, ' ')
  if (!name || /\p{Cc}/u.test(name)) throw new AppError('invalid_input', 'Give the sequence a name.', { field: 'name' })
  return storable(name, 'The name', 'name')
}

/**
 * What every draft must keep, also an unfinished one: each step its own id, templates that can be filled in, a calendar that
 * opens. Steps are counted from 1 in sentences. Throws `invalid_input` or `template_invalid`, with the field.
 */
export function checkDraft(definition: SequenceDefinition, tools: Check): void {
  const seen = new Set<string>()
  for (const [index, step] of definition.steps.entries()) {
    if (seen.has(step.id)) {
      throw new AppError(
        'invalid_input',
        `Step ${index + 1} has the id of a step before it. Remove it and add it again.`,
        at(index),
      )
    }
    seen.add(step.id)
    if (step.kind === 'email') checkEmail(step, index, tools)
    else checkActDraft(step, index)
  }
  if (definition.calendar) refuseBadCalendar(definition.calendar)
}

function refuseBadCalendar(calendar: ScheduleCalendar): void {
  for (const { name } of calendar.ownDays) storable(name, `The day off “${name}”`, 'definition.calendar.ownDays')
  const [problem] = checkCalendar(calendar)
  if (!problem) return
  throw new AppError('invalid_input', problem.sentence, { field: `definition.calendar.${problem.field}` })
}

/**
 * What a version must have beyond that: a mail at all, texts in every mail, a subject in the first (later ones may continue
 * it), and no wait that nothing follows. Throws `invalid_input`, naming the step.
 */
export function checkPublishable(definition: SequenceDefinition, tools: Check): void {
  checkDraft(definition, tools)
  const { steps } = definition
  const firstEmail = steps.findIndex((step) => step.kind === 'email')
  if (firstEmail === -1) throw new AppError('invalid_input', 'Add at least one e-mail before you publish.')
  for (const [index, step] of steps.entries()) {
    checkActPublishable(step, index)
    if (step.kind !== 'email') continue
    if (index === firstEmail && !step.subject.trim()) {
      const sentence = `Step ${index + 1} has no subject. The first e-mail must have one.`
      throw new AppError('invalid_input', sentence, at(index, 'subject'))
    }
    if (!step.body.trim()) {
      throw new AppError('invalid_input', `Step ${index + 1} has no text. Write what it should say.`, at(index, 'body'))
    }
  }
  if (steps.at(-1)?.kind === 'wait') {
    throw new AppError(
      'invalid_input',
      `Step ${steps.length} waits, but nothing follows it. Remove it or add an e-mail after it.`,
      at(steps.length - 1),
    )
  }
}

function checkEmail(step: EmailStep, index: number, tools: Check): void {
  const number = index + 1
  storable(step.subject, `Step ${number}: the subject`, at(index, 'subject').field)
  storable(step.body, `Step ${number}: the text`, at(index, 'body').field)
  try {
    // A draft may still lack its text; what matters here is that nothing in it is wrong.
    tools.check({ subject: step.subject, body: step.body.trim() ? step.body : '-' })
  } catch (error) {
    if (!isAppError(error, 'template_invalid')) throw error
    throw new AppError('template_invalid', `Step ${number}: ${error.message}`, {
      cause: error,
      ...at(index, error.field),
    })
  }
}

/** The place in the body of a save, counted from 0, as a schema violation would name it. */
function at(index: number, part?: string): { field: string } {
  return { field: ['definition.steps', index, ...(part === undefined ? [] : [part])].join('.') }
}

/** Postgres keeps neither NUL nor half a surrogate pair in text. */
function storable(text: string, what: string, field: string): string {
  if (text.includes('\0') || !text.isWellFormed()) {
    throw new AppError('invalid_input', `${what} contains a character that cannot be stored. Type it again.`, { field })
  }
  return text
}
