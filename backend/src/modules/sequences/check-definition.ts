import { AppError, isAppError } from '#core/errors.ts'
import { checkCalendar } from '#modules/schedules/check-calendar.ts'
import type { ScheduleCalendar } from '#shared/contract/schedule.ts'
import type { EmailStep, SequenceDefinition } from '#shared/contract/sequence.ts'
import { firstMails } from '#shared/step-flow.ts'
import { checkActDraft, checkActPublishable } from './check-acts.ts'
import { checkWays } from './check-ways.ts'
import { storable } from './storable.ts'
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
    if (RESERVED.has(step.id)) {
      const sentence = `Step ${index + 1} has an id that means something else. Remove it and add it again.`
      throw new AppError('invalid_input', sentence, at(index))
    }
    if (step.kind === 'email') checkEmail(step, index, tools)
    else for (const text of textsOf(step)) storable(text, `Step ${index + 1}: a text`, at(index).field)
    checkActDraft(step, index)
  }
  if (definition.calendar) refuseBadCalendar(definition.calendar)
}

/** A target of a step says by these that it goes on below, or that the sequence ends. */
const RESERVED: ReadonlySet<string> = new Set(['next', 'end'])

/** Everything written in a step, at any depth. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : []
}

function refuseBadCalendar(calendar: ScheduleCalendar): void {
  for (const { name } of calendar.ownDays) storable(name, `The day off “${name}”`, 'definition.calendar.ownDays')
  const [problem] = checkCalendar(calendar)
  if (!problem) return
  throw new AppError('invalid_input', problem.sentence, { field: `definition.calendar.${problem.field}` })
}

/**
 * What a version must have beyond that: a mail at all, texts in every mail, a subject in every first one (later ones may
 * continue it), no wait that nothing follows, and ways that lead forward. Throws `invalid_input`, naming the step.
 */
export function checkPublishable(definition: SequenceDefinition, tools: Check): void {
  checkDraft(definition, tools)
  const { steps } = definition
  if (!steps.some((step) => step.kind === 'email')) {
    throw new AppError('invalid_input', 'Add at least one e-mail before you publish.')
  }
  const first = firstMails(steps)
  for (const [index, step] of steps.entries()) {
    checkActPublishable(step, index)
    if (step.kind === 'email') checkTexts(step, index, first.has(index))
  }
  if (steps.at(-1)?.kind === 'wait') {
    throw new AppError(
      'invalid_input',
      `Step ${steps.length} waits, but nothing follows it. Remove it or add an e-mail after it.`,
      at(steps.length - 1),
    )
  }
  checkWays(definition)
}

/** A first mail, on some way, has nothing to continue. */
function checkTexts(step: EmailStep, index: number, isFirst: boolean): void {
  for (const { subject, body, name, field } of writingsOf(step, index)) {
    if (isFirst && !subject.trim()) {
      const sentence = `${name} has no subject. The first e-mail must have one.`
      throw new AppError('invalid_input', sentence, { field: `${field}.subject` })
    }
    if (!body.trim()) {
      throw new AppError('invalid_input', `${name} has no text. Write what it should say.`, { field: `${field}.body` })
    }
  }
}

/** What may be sent of a step: its variants, or its own subject and body when it has none. */
function writingsOf(step: EmailStep, index: number) {
  const { name, field } = placeOf(index)
  if (!step.variants) return [{ subject: step.subject, body: step.body, name, field }]
  return step.variants.map(({ subject, body }, place) => ({
    subject,
    body,
    name: `Variant ${'ABCD'[place]} of step ${index + 1}`,
    field: `${field}.variants.${place}`,
  }))
}

function placeOf(index: number): { readonly name: string; readonly field: string } {
  return { name: `Step ${index + 1}`, field: at(index).field }
}

function checkEmail(step: EmailStep, index: number, tools: Check): void {
  const ids = step.variants?.map(({ id }) => id) ?? []
  if (new Set(ids).size < ids.length) {
    const sentence = `Step ${index + 1} has two variants with the same id. Remove one and add it again.`
    throw new AppError('invalid_input', sentence, at(index, 'variants'))
  }
  for (const { subject, body, name, field } of [{ ...step, ...placeOf(index) }, ...writingsOf(step, index)]) {
    storable(subject, `${name}: the subject`, `${field}.subject`)
    storable(body, `${name}: the text`, `${field}.body`)
    try {
      // A draft may still lack its text; what matters here is that nothing in it is wrong.
      tools.check({ subject, body: body.trim() ? body : '-' })
    } catch (error) {
      if (!isAppError(error, 'template_invalid')) throw error
      throw new AppError('template_invalid', `${name}: ${error.message}`, {
        cause: error,
        field: error.field === undefined ? field : `${field}.${error.field}`,
      })
    }
  }
}

/** The place in the body of a save, counted from 0, as a schema violation would name it. */
function at(index: number, part?: string): { field: string } {
  return { field: ['definition.steps', index, ...(part === undefined ? [] : [part])].join('.') }
}
