import type { ScheduleCalendar } from '@stagecue/shared/contract/schedule.ts'
import type { EmailStep, Sequence, SequenceDefinition, Step, WaitStep } from '@stagecue/shared/contract/sequence.ts'

import { firstMails, flowProblems, isFork, uncountedClicks } from '@stagecue/shared/step-flow.ts'
import { type ActPatch, actProblem, isAct, isActKind, newAct, patchAct } from './act-draft.ts'
import { calendarOf, calendarProblems } from './calendar-draft.ts'
import { measuringProblems, sameMeasuring } from './measuring-draft.ts'
import { newSteeringStep, steeringProblems, withoutTarget } from './step-kinds.ts'
import { patchWait, sameWait, type WaitPatch } from './wait-kinds.ts'

/** Changes are functions of what is there, because two events may come before the page is drawn again. */
export type ChangeDefinition = (change: (definition: SequenceDefinition) => SequenceDefinition) => void

/** What is being edited: everything else of a sequence is not changed by hand. */
export interface Draft {
  name: string
  definition: SequenceDefinition
}

export const MAX_STEPS = 30
/** What a definition without a word about replies means. */
export const DEFAULT_ON_REPLY = 'stop_others'
/** And without one about owners. */
export const DEFAULT_ON_OWNER_CHANGE = 'hold'

export function draftOf(sequence: Sequence): Draft {
  return { name: sequence.name, definition: sequence.draft }
}

/**
 * What is stored, with the status that another answer tells. Its draft stays the one that is being edited: a draft that
 * somebody else saved meanwhile makes the next save a conflict, and is not overwritten.
 */
export function withStatusOf(stored: Sequence, { status, version, hasUnpublishedChanges }: Sequence): Sequence {
  return { ...stored, status, version, hasUnpublishedChanges }
}

export function firstDraft(makeKey: () => string): Draft {
  return { name: 'New sequence', definition: { steps: [emptyEmail(makeKey)], stopWhenStageLeft: true } }
}

export function sameDraft(one: Draft, other: Draft): boolean {
  return one.name === other.name && sameDefinition(one.definition, other.definition)
}

/** Compared field by field: the server may give a step's keys in another order. */
function sameDefinition(one: SequenceDefinition, other: SequenceDefinition): boolean {
  return (
    one.stopWhenStageLeft === other.stopWhenStageLeft &&
    sameCalendar(calendarOf(one), calendarOf(other)) &&
    (one.stopWhenClosed ?? true) === (other.stopWhenClosed ?? true) &&
    (one.stopOnMeeting ?? true) === (other.stopOnMeeting ?? true) &&
    (one.onReply ?? DEFAULT_ON_REPLY) === (other.onReply ?? DEFAULT_ON_REPLY) &&
    sameMeasuring(one, other) &&
    (one.onOwnerChange ?? DEFAULT_ON_OWNER_CHANGE) === (other.onOwnerChange ?? DEFAULT_ON_OWNER_CHANGE) &&
    one.steps.length === other.steps.length &&
    one.steps.every((step, index) => sameStep(step, other.steps[index]))
  )
}

function sameCalendar(one: ScheduleCalendar, other: ScheduleCalendar): boolean {
  return one === other || JSON.stringify(inOrder(one)) === JSON.stringify(inOrder(other))
}

/** Its values in one order of keys. */
function inOrder({ timeZone, windows, businessDays, holidays, ownDays }: ScheduleCalendar) {
  return [
    timeZone,
    windows?.map(({ weekday, from, until }) => [weekday, from, until]),
    businessDays,
    holidays && [holidays.country, holidays.region],
    ownDays.map(({ date, name, everyYear }) => [date, name, everyYear]),
  ]
}

function sameStep(one: Step, other: Step | undefined): boolean {
  if (other === undefined || one.id !== other.id) return false
  if (one.kind === 'wait') return other.kind === 'wait' && sameWait(one, other)
  return sameValue(one, other)
}

/** Keys may come in any order, elements of a list may not. */
export function sameValue(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return one === other
  const keys = Object.keys(one)
  const same = (key: string) => Object.hasOwn(other, key) && sameValue(Reflect.get(one, key), Reflect.get(other, key))
  return keys.length === Object.keys(other).length && keys.every(same)
}

function emptyEmail(makeKey: () => string): EmailStep {
  return { id: stepId(makeKey), kind: 'email', subject: '', body: '' }
}

function emptyWait(makeKey: () => string): WaitStep {
  return { id: stepId(makeKey), kind: 'wait', amount: 3, unit: 'days' }
}

function stepId(makeKey: () => string): string {
  return `step-${makeKey()}`.slice(0, 40)
}

export function newStep(kind: Step['kind'], makeKey: () => string): Step {
  if (isActKind(kind)) return newAct(kind, stepId(makeKey))
  if (kind === 'email') return emptyEmail(makeKey)
  return kind === 'wait' ? emptyWait(makeKey) : newSteeringStep(kind, stepId(makeKey))
}

/** At the end; a full sequence stays as it is. */
export function addStep(steps: readonly Step[], step: Step): Step[] {
  return steps.length >= MAX_STEPS ? [...steps] : [...steps, step]
}

/** What led to the removed step goes on with the step below. */
export function removeStep(steps: readonly Step[], id: string): Step[] {
  return steps.filter((step) => step.id !== id).map((step) => withoutTarget(step, id))
}

export function replaceStep(steps: readonly Step[], id: string, change: (step: Step) => Step): Step[] {
  return steps.map((step) => (step.id === id ? change(step) : step))
}

/** New values for some fields of a step; those of the other kind are ignored. */
export type StepPatch = Partial<Pick<EmailStep, 'subject' | 'body' | 'approval'>> & WaitPatch & ActPatch

export function patchStep(steps: readonly Step[], id: string, patch: StepPatch): Step[] {
  return steps.map((step) => {
    if (step.id !== id) return step
    if (step.kind === 'email') {
      const { subject = step.subject, body = step.body, approval = step.approval } = patch
      return { ...step, subject, body, ...(approval ? { approval } : {}) }
    }
    if (isAct(step)) return patchAct(step, patch)
    return step.kind === 'wait' ? patchWait(step, patch) : step
  })
}

/** Moves a step by one place, `-1` up or `1` down; at either end nothing changes. */
export function moveStep(steps: readonly Step[], id: string, by: -1 | 1): Step[] {
  const from = steps.findIndex((step) => step.id === id)
  const to = from + by
  const step = steps[from]
  const other = steps[to]
  if (step === undefined || other === undefined) return [...steps]
  return steps.map((present, index) => (index === from ? other : index === to ? step : present))
}

/** `wanted`, or with a number behind it when a sequence has that name already. */
export function freeName(wanted: string, taken: readonly string[]): string {
  const names = new Set(taken.map((name) => name.toLowerCase()))
  let name = wanted
  for (let number = 2; names.has(name.toLowerCase()); number++) name = `${wanted} ${number}`
  return name
}

/** Whether every way to this place sends an e-mail before, whose subject one without its own continues. */
export function continuesMail(steps: readonly Step[], index: number): boolean {
  return !firstMails(steps).has(index)
}

/** What keeps the draft from being published, as sentences; saving a draft is possible all the same. */
export function draftProblems({ name, definition }: Draft): string[] {
  const problems: string[] = []
  if (name.trim() === '') problems.push('Give the sequence a name.')
  if (!definition.steps.some((step) => step.kind === 'email')) problems.push('Add at least one e-mail.')
  for (const [index, step] of definition.steps.entries()) {
    const problem = isAct(step) ? actProblem(step, index + 1) : null
    if (problem !== null) problems.push(problem)
    problems.push(...steeringProblems(step, index + 1))
    if (step.kind !== 'email') continue
    for (const { subject, body } of step.variants ?? [step]) {
      if (subject.trim() === '' && !continuesMail(definition.steps, index))
        problems.push(`Step ${index + 1} has no subject.`)
      if (body.trim() === '') problems.push(`Step ${index + 1} has no text.`)
    }
  }
  if (definition.steps.at(-1)?.kind === 'wait') {
    problems.push(`Step ${definition.steps.length} waits, but no e-mail follows it.`)
  }
  const ways = [
    ...flowProblems(definition.steps),
    ...uncountedClicks(definition.steps, definition.tracking?.clicks ?? false),
  ]
  problems.push(...ways.map(({ sentence }) => sentence))
  return [...new Set(problems), ...calendarProblems(calendarOf(definition)), ...measuringProblems(definition)]
}

const MINUTES = { minutes: 1, hours: 60, days: 1440 } as const

/** When a step is reached, in words: "at once", "3 days after enrollment", or "after step 2" where the calendar decides. */
export function reachedAfter(steps: readonly Step[], id: string): string {
  let minutes = 0
  for (const [index, step] of steps.entries()) {
    if (step.id === id) break
    if (isFork(step.kind) || step.kind === 'go_to' || step.kind === 'exit') return 'when the sequence comes here'
    if (step.kind !== 'wait') continue
    if ('until' in step || step.unit === 'business_days') return afterLastWait(steps.slice(index), id, index)
    minutes += step.amount * MINUTES[step.unit]
  }
  return minutes === 0 ? 'at once' : `${spanText(minutes)} after enrollment`
}

/** `from` is the place of the first of these steps. */
function afterLastWait(steps: readonly Step[], id: string, from: number): string {
  const before = steps.slice(
    0,
    steps.findIndex((step) => step.id === id),
  )
  return `after step ${from + before.findLastIndex((step) => step.kind === 'wait') + 1}`
}

function spanText(minutes: number): string {
  const parts: [count: number, unit: string][] = [
    [Math.floor(minutes / 1440), 'day'],
    [Math.floor((minutes % 1440) / 60), 'hour'],
    [minutes % 60, 'minute'],
  ]
  return parts
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}${count === 1 ? '' : 's'}`)
    .join(' ')
}
