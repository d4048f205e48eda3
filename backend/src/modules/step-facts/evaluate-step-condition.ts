import { type Evaluation, evaluateOne } from '#modules/decisions/evaluate-conditions.ts'
import type { TraceLine } from '#shared/contract/enrollment.ts'
import type { ClickCondition, LabelCondition, ReplyCondition, StepCondition } from '#shared/contract/step-conditions.ts'
import type { StepFacts } from './step-facts.ts'

const REPLIES = { human: 'by a person', automatic: 'by a program only', none: 'none so far' } as const

/** One condition of a step with its line. Pure. */
export function evaluateStepCondition(condition: StepCondition, facts: StepFacts): Evaluation {
  switch (condition.subject) {
    case 'deal':
    case 'contact':
      return evaluateOne(condition, facts)
    case 'label':
      return evaluateLabel(condition, facts)
    case 'reply':
      return evaluateReply(condition, facts)
    case 'click':
      return evaluateClick(condition, facts)
  }
}

function evaluateLabel({ operator, label }: LabelCondition, { labels }: StepFacts): Evaluation {
  const has = labels.some(({ category, typeId }) => category === label.category && typeId === label.typeId)
  const line = { condition: `label “${label.label}”`, expected: operator === 'has' ? 'on the contact' : 'not there' }
  return toEvaluation(has === (operator === 'has'), { ...line, actual: has ? 'on the contact' : 'not there' })
}

function evaluateReply({ operator, value }: ReplyCondition, { reply }: StepFacts): Evaluation {
  const expected = operator === 'is' ? REPLIES[value] : `not ${REPLIES[value]}`
  const line = { condition: 'reply', expected, actual: REPLIES[reply] }
  return toEvaluation((reply === value) === (operator === 'is'), line)
}

function evaluateClick({ operator }: ClickCondition, { clicked }: StepFacts): Evaluation {
  const word = (has: boolean) => (has ? 'a click' : 'no click')
  const line = { condition: 'links', expected: word(operator === 'has'), actual: word(clicked) }
  return toEvaluation(clicked === (operator === 'has'), line)
}

function toEvaluation(met: boolean, line: Omit<TraceLine, 'passed'>): Evaluation {
  return {
    result: met ? 'met' : 'not_met',
    lines: [{ ...line, passed: met }],
    changes: [],
    unknown: [],
  }
}
