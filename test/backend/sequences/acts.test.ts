import { expect, test } from 'vitest'
import { checkDraft, checkPublishable } from '#modules/sequences/check-definition.ts'
import type { Step, TaskStep } from '#shared/contract/sequence.ts'
import { tools, twoMails } from '#test/support/configured-portal.ts'

const task: TaskStep = { id: 't', kind: 'task', taskType: 'call', subject: 'Call', body: '', onTimeout: 'go_on' }
const having = (step: Step) => ({ ...twoMails, steps: [...twoMails.steps, step] })

test.each<[Step, string, string]>([
  [{ ...task, subject: 'Call {{ contact.shoesize }}' }, 'definition.steps.3.subject', 'not a merge field'],
  [{ ...task, body: '{% for x in y %}' }, 'definition.steps.3.body', 'not available'],
  [
    { id: 's', kind: 'set_property', object: 'deal', property: 'description', value: '{{ deal' },
    'definition.steps.3.value',
    'not a valid template',
  ],
])('a draft with a template that cannot be filled in is refused at its field', (step, field, words) => {
  const check = () => checkDraft(having(step), tools)
  expect(check).toThrow(words)
  expect(check).toThrow(expect.objectContaining({ code: 'template_invalid', field }))
})

test.each<[Step, string]>([
  [{ ...task, subject: ' ' }, 'Step 4: say what is to be done.'],
  [{ id: 's', kind: 'set_property', object: 'deal', property: '', value: '' }, 'Step 4: name the property to set.'],
  [
    { id: 's', kind: 'set_property', object: 'contact', property: 'email', value: 'x' },
    'Step 4: a sequence cannot change',
  ],
  [{ id: 's', kind: 'set_place', stageId: '' }, 'Step 4: choose a place.'],
])('an unfinished step is a draft but no version', (step, words) => {
  expect(() => checkDraft(having(step), tools)).not.toThrow()
  expect(() => checkPublishable(having(step), tools)).toThrow(words)
})

test('a sequence may end with a step that acts', () => {
  expect(() => checkPublishable(having(task), tools)).not.toThrow()
})
