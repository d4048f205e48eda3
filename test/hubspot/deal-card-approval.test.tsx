import { Alert, Input, Text, TextArea } from '@hubspot/ui-extensions'
import { ApiError } from '@stagecue/app-client'
import type { MailToApprove } from '@stagecue/shared/contract/mail-approval.ts'
import { expect, test, vi } from 'vitest'
import type { CardApi } from '../../hubspot-project/app/cards/card-tools.ts'
import { deferred } from './support/deferred.ts'
import { dealCard, dealContact, enrollmentRow, MAIL_TO_APPROVE, STEP_RUN_ID } from './support/fixtures.ts'
import { openCard } from './support/open-card.tsx'
import { expectQuietConsole } from './support/quiet-console.ts'
import { wordsOf } from './support/screen.ts'

expectQuietConsole()

const until = (check: () => void) => vi.waitFor(check, { timeout: 20_000 })

function waitingCard(kind: 'approval' | 'task', answers: Parameters<typeof openCard>[0] = {}) {
  const attention = { stepRunId: STEP_RUN_ID, kind, message: 'It waits.' }
  const contact = dealContact({ place: 'In conversation', enrollments: [enrollmentRow({ attention })] })
  return openCard({ readDeal: async () => dealCard({ contacts: [contact] }), ...answers })
}

test('the mail is read with the contact’s values and approved as it was read', async () => {
  const card = waitingCard('approval')
  await until(() => expect(card.find(Alert).props.title).toBe('Read this e-mail to Ada Lovelace before it goes'))
  expect(wordsOf(card.find(Alert))).toContain('Hello Ada')
  expect(wordsOf(card.find(Alert))).toContain('any questions?')
  card.button('Approve').trigger('onClick')
  await until(() => expect(card.api.readDeal).toHaveBeenCalledTimes(2))
  expect(card.api.approveMail).toHaveBeenCalledExactlyOnceWith(STEP_RUN_ID, {
    seen: 'ab12',
    idempotencyKey: 'key-00001',
  })
})

test('own words are sent with the approval, and a refusal stands at its field', async () => {
  const refusal = { code: 'template_invalid', message: 'The body uses “x”.', field: 'body', happened: 'no' } as const
  const approveMail = vi
    .fn<() => Promise<{ done: true }>>()
    .mockRejectedValueOnce(new ApiError(refusal))
    .mockResolvedValue({ done: true })
  const card = waitingCard('approval', { approveMail })
  await until(() => card.button('Edit and approve'))
  card.button('Edit and approve').trigger('onClick')
  await until(() => expect(card.find(Input).props.value).toBe('Hello Ada'))
  card.find(Input).trigger('onInput', 'Hello again' as never)
  card.find(TextArea).trigger('onInput', 'Dear {{ x }}' as never)
  await until(() => expect(card.find(TextArea).props.value).toBe('Dear {{ x }}'))
  card.button('Approve these words').trigger('onClick')
  await until(() => expect(card.find(TextArea).props.validationMessage).toBe('The body uses “x”.'))
  card.find(TextArea).trigger('onInput', 'Dear Ada' as never)
  await until(() => expect(card.find(TextArea).props.value).toBe('Dear Ada'))
  card.button('Approve these words').trigger('onClick')
  await until(() => expect(card.addAlert).toHaveBeenCalledOnce())
  expect(card.api.approveMail.mock.calls.at(-1)?.[1]).toMatchObject({
    edit: { subject: 'Hello again', body: 'Dear Ada' },
  })
})

test('a mail that lacks a value says so, and cannot be approved as it is', async () => {
  const problem = 'No value for deal.amount. Fill it in HubSpot, then try again.'
  const card = waitingCard('approval', { readMailToApprove: async () => ({ ...MAIL_TO_APPROVE, problem, seen: '' }) })
  await until(() => expect(wordsOf(card.find(Alert))).toContain(problem))
  expect(card.button('Approve').props.disabled).toBe(true)
  card.button('Skip').trigger('onClick')
  await until(() => expect(card.api.resolveStep.mock.calls[0]?.[1].action).toBe('skip'))
})

test('when somebody was faster the card says so', async () => {
  const taken = new ApiError({ code: 'conflict', message: 'Somebody else decided about this e-mail.', happened: 'no' })
  const card = waitingCard('approval', { approveMail: () => Promise.reject(taken) })
  await until(() => card.button('Approve'))
  card.button('Approve').trigger('onClick')
  await until(() => expect(card.screen()).toContain('Somebody else decided about this e-mail.'))
})

test('a mail that changed is read again, and then it is approved as it reads now', async () => {
  const changed = new ApiError({ code: 'conflict', message: 'This e-mail has changed. Read it again.', happened: 'no' })
  const answer = deferred<MailToApprove>()
  const readMailToApprove = vi
    .fn<() => Promise<MailToApprove>>()
    .mockResolvedValueOnce(MAIL_TO_APPROVE)
    .mockRejectedValueOnce(new ApiError({ code: 'no_answer', message: 'There was no answer.', happened: 'unknown' }))
    .mockReturnValue(answer.promise)
  const approveMail = vi.fn<CardApi['approveMail']>().mockRejectedValueOnce(changed).mockResolvedValue({ done: true })
  const card = waitingCard('approval', { readMailToApprove, approveMail })
  await until(() => card.button('Approve'))
  card.button('Approve').trigger('onClick')
  await until(() => expect(card.screen()).toContain('This e-mail has changed.'))

  card.button('Read it again').trigger('onClick')
  await until(() => expect(card.screen()).toContain('There was no answer.'))
  card.button('Read it again').trigger('onClick')
  await until(() => expect(card.button('Approve').props.disabled).toBe(true))
  answer.resolve({ ...MAIL_TO_APPROVE, subject: 'Hello again', seen: 'cd34' })
  await until(() => expect(card.screen()).toContain('Hello again'))
  await until(() => expect(card.screen()).not.toContain('This e-mail has changed.'))
  card.button('Approve').trigger('onClick')
  await until(() => expect(approveMail.mock.calls.at(-1)?.[1]).toMatchObject({ seen: 'cd34' }))
})

test('what went wrong with one step is not said of the next', async () => {
  const held = (stepRunId: string) => {
    const attention = { stepRunId, kind: 'held', message: `About ${stepRunId}.` } as const
    return dealCard({ contacts: [dealContact({ enrollments: [enrollmentRow({ attention })] })] })
  }
  const next = '00000000-0000-4000-8000-000000000009'
  const lost = new ApiError({ code: 'no_answer', message: 'There was no answer.', happened: 'unknown' })
  const readDeal = vi.fn<CardApi['readDeal']>().mockResolvedValue(held(STEP_RUN_ID))
  const card = openCard({
    readDeal,
    resolveStep: vi.fn<CardApi['resolveStep']>().mockRejectedValueOnce(lost).mockResolvedValue({ done: true }),
  })
  await until(() => card.button('Retry'))
  card.button('Retry').trigger('onClick')
  await until(() => expect(card.screen()).toContain('There was no answer.'))
  readDeal.mockResolvedValue(held(next))
  card.clock.fire()
  await until(() => expect(card.screen()).toContain(`About ${next}.`))
  expect(card.screen()).not.toContain('There was no answer.')
  card.button('Retry').trigger('onClick')
  await until(() => expect(card.api.resolveStep).toHaveBeenCalledTimes(2))
  // Another change, so under another key: under the first one it would be refused.
  expect(card.api.resolveStep.mock.calls.map(([id, { idempotencyKey }]) => [id, idempotencyKey])).toEqual([
    [STEP_RUN_ID, 'key-00001'],
    [next, 'key-00002'],
  ])
})

test('a task is said to be done or skipped, and the contact’s place is shown', async () => {
  const card = waitingCard('task')
  await until(() => expect(card.find(Alert).props.title).toBe('A task waits to be done'))
  expect(card.findAll(Text).map(({ text }) => text)).toContain('Place: In conversation')
  expect(card.hasButton('Retry')).toBe(false)
  expect(card.hasButton('Skip')).toBe(true)
  card.button('Done').trigger('onClick')
  await until(() => expect(card.api.resolveStep.mock.calls[0]?.[1].action).toBe('done'))
})
