import {
  Alert,
  Button,
  EmptyState,
  ErrorState,
  LoadingButton,
  LoadingSpinner,
  Modal,
  StatusTag,
  TableRow,
  Text,
} from '@hubspot/ui-extensions'
import { ApiError } from '@stagecue/app-client'
import { expect, test, vi } from 'vitest'
import { deferred } from './support/deferred.ts'
import { dealCard, dealContact, ENROLLMENT_ID, enrollmentRow, STEP_RUN_ID } from './support/fixtures.ts'
import { openCard } from './support/open-card.tsx'
import { expectQuietConsole } from './support/quiet-console.ts'
import { wordsOf } from './support/screen.ts'

expectQuietConsole()

const until = (check: () => void) => vi.waitFor(check, { timeout: 20_000 })
const lost = () => new ApiError({ code: 'no_answer', message: 'There was no answer.', happened: 'unknown' })

test('says that it is loading until the first answer', async () => {
  const answer = deferred<ReturnType<typeof dealCard>>()
  const card = openCard({ readDeal: () => answer.promise })
  expect(card.find(LoadingSpinner).props.label).toBe('Loading sequences')

  answer.resolve(dealCard())
  await until(() => expect(card.screen()).toContain('Contract sent'))
})

test('a failed load says what to do, and Try again loads', async () => {
  const readDeal = vi.fn<() => Promise<ReturnType<typeof dealCard>>>()
  readDeal.mockRejectedValueOnce(lost()).mockResolvedValue(dealCard())
  const card = openCard({ readDeal })
  await until(() => expect(wordsOf(card.find(ErrorState))).toContain('There was no answer.'))

  card.button('Try again').trigger('onClick')
  await until(() => expect(card.screen()).toContain('Ada Lovelace'))
})

test('a disconnected account shows what to do and nothing else', async () => {
  const card = openCard({ readDeal: async () => dealCard({ connection: 'disconnected' }) })
  await until(() => expect(card.find(Alert).props.title).toBe('Stagecue is not connected'))
  expect(wordsOf(card.find(Alert))).toContain('Ask an administrator to connect Stagecue')
  expect(card.findAll(Button)).toEqual([])
})

test('an account to be reconnected keeps its enrollments on screen but starts nothing', async () => {
  const connectionMessage = 'Reconnect under Settings.'
  const card = openCard({ readDeal: async () => dealCard({ connection: 'inactive', connectionMessage }) })
  await until(() => expect(wordsOf(card.find(Alert))).toBe(connectionMessage))
  expect(card.screen()).toContain('Follow up on a proposal')
  expect(card.hasButton('Start a sequence')).toBe(false)
})

test('a connected account that could not be asked just now says that the card may be out of date', async () => {
  const connectionMessage = 'HubSpot did not answer.'
  const card = openCard({ readDeal: async () => dealCard({ connectionMessage }) })
  await until(() => expect(card.find(Alert).props).toMatchObject({ variant: 'warning' }))
  expect(wordsOf(card.find(Alert))).toBe(connectionMessage)
  expect(card.hasButton('Start a sequence')).toBe(true)
})

test('a deal without contacts says how to get going', async () => {
  const card = openCard({ readDeal: async () => dealCard({ contacts: [] }) })
  await until(() => expect(card.find(EmptyState).props.title).toBe('No contacts on this deal'))
  expect(card.hasButton('Start a sequence')).toBe(false)
})

test('without a mapping or an active sequence the card says so', async () => {
  const deal = dealCard({ sequences: [] })
  const card = openCard({ readDeal: async () => ({ ...deal, deal: { ...deal.deal, stageStarts: null } }) })
  await until(() => expect(card.screen()).toContain('No sequence is mapped to this stage'))
  expect(card.screen()).toContain('There is no active sequence yet')
})

test('an enrollment shows its state, its step, its next e-mail in the portal’s time and why', async () => {
  const card = openCard()
  await until(() => expect(card.find(StatusTag).text).toBe('Active'))
  const texts = card.findAll(Text).map((text) => text.text)
  expect(texts).toContain('Step 2 of 3: e-mail “Any questions?”')
  expect(texts).toContain('Next e-mail: Tue 24 Nov, 09:30 (in 3 days)')
  expect(texts).toContain('Enrolled because the deal entered Contract sent on 20 Nov.')
})

test('a decision shows each condition with what was expected and found, met or not in words', async () => {
  const card = openCard()
  await until(() => expect(card.findAll(TableRow)).toHaveLength(3))
  const rows = card.findAll(TableRow).map((row) => row.childNodes.map((cell) => cell.text))
  expect(rows).toEqual([
    ['Condition', 'Expected', 'Found', 'Result'],
    ['Stage is mapped', 'a mapping', 'Follow up on a proposal', '✓ met'],
    ['Contact has not opted out', 'no', 'yes', '✗ not met'],
  ])
})

test('the card has one primary button', async () => {
  const card = openCard()
  await until(() => expect(card.hasButton('Start a sequence')).toBe(true))
  expect(card.findAll(Button, { variant: 'primary' }).map((button) => button.text)).toEqual(['Start a sequence'])
})

test('pressing Pause twice pauses once', async () => {
  const answer = deferred<{ done: true }>()
  const card = openCard({ steerEnrollment: () => answer.promise })
  await until(() => card.button('Pause'))

  const pause = card.button('Pause')
  pause.trigger('onClick')
  pause.trigger('onClick')
  await until(() => expect(card.button('Pause').props.disabled).toBe(true))
  answer.resolve({ done: true })

  await until(() => expect(card.api.readDeal).toHaveBeenCalledTimes(2))
  expect(card.api.steerEnrollment).toHaveBeenCalledExactlyOnceWith(ENROLLMENT_ID, {
    action: 'pause',
    idempotencyKey: 'key-00001',
  })
  expect(card.addAlert).toHaveBeenCalledExactlyOnceWith({
    type: 'success',
    message: 'Paused: Follow up on a proposal for Ada Lovelace.',
  })
})

test('a change nobody knows the outcome of is tried again with the same key, a refused one with a new key', async () => {
  const steerEnrollment = vi
    .fn<() => Promise<{ done: true }>>()
    .mockRejectedValueOnce(lost())
    .mockRejectedValueOnce(new ApiError({ code: 'conflict', message: 'It has just ended.', happened: 'no' }))
    .mockResolvedValue({ done: true })
  const card = openCard({ steerEnrollment })
  await until(() => card.button('Pause'))

  card.button('Pause').trigger('onClick')
  await until(() => expect(card.screen()).toContain('There was no answer.'))
  card.button('Pause').trigger('onClick')
  await until(() => expect(card.screen()).toContain('It has just ended.'))
  card.button('Pause').trigger('onClick')
  await until(() => expect(card.addAlert).toHaveBeenCalledOnce())

  const keys = card.api.steerEnrollment.mock.calls.map(([, input]) => input.idempotencyKey)
  expect(keys).toEqual(['key-00001', 'key-00001', 'key-00002'])
})

test('Stop asks first and says that it is final', async () => {
  const card = openCard()
  await until(() => expect(card.hasButton('Stop')).toBe(true))
  expect(card.button('Stop').props.variant).toBe('secondary')
  expect(wordsOf(card.find(Modal, { id: `stop-${ENROLLMENT_ID}` }))).toContain('cannot be resumed')
  expect(card.api.steerEnrollment).not.toHaveBeenCalled()

  card.button('Stop sequence').trigger('onClick')
  await until(() => expect(card.closeOverlay).toHaveBeenCalledWith(`stop-${ENROLLMENT_ID}`))
  expect(card.api.steerEnrollment.mock.calls[0]?.[1].action).toBe('stop')
})

function pausedCard(answers: Parameters<typeof openCard>[0] = {}) {
  const enrollment = enrollmentRow({ status: 'paused', nextSendAt: null, canPause: false, canResume: true })
  const contact = dealContact({ enrollments: [enrollment] })
  return openCard({ readDeal: async () => dealCard({ contacts: [contact] }), ...answers })
}

test('Resume shows the new dates first, and changes nothing until it is meant', async () => {
  const card = pausedCard()
  await until(() => expect(card.find(StatusTag).text).toBe('Paused'))
  card.button('Resume').trigger('onClick')
  await until(() => expect(card.find(Alert).props.title).toBe('If you resume now'))
  expect(wordsOf(card.find(Alert))).toContain('Mon 23 Nov, 09:00 (in 2 days)')
  expect(wordsOf(card.find(Alert))).toContain('waits for you')
  expect(card.hasButton('Resume')).toBe(false)

  card.button('Keep it paused').trigger('onClick')
  await until(() => expect(card.maybeFind(Alert)).toBeNull())
  expect(card.api.steerEnrollment).not.toHaveBeenCalled()

  card.button('Resume').trigger('onClick')
  await until(() => card.button('Resume now'))
  card.button('Resume now').trigger('onClick')
  await until(() => expect(card.api.steerEnrollment.mock.calls[0]?.[1].action).toBe('resume'))
})

test('an enrollment without an e-mail left says so, and dates that do not load can be asked for again', async () => {
  const previewResume = vi.fn().mockRejectedValueOnce(lost()).mockResolvedValue({ steps: [] })
  const card = pausedCard({ previewResume })
  await until(() => card.button('Resume'))
  card.button('Resume').trigger('onClick')
  await until(() => expect(card.find(ErrorState).props.title).toBe('The new dates could not be loaded'))
  card.button('Try again').trigger('onClick')
  await until(() => expect(card.screen()).toContain('No e-mail is planned'))
})

test('dates that moved while they were on screen are shown before anything is resumed', async () => {
  const at = (minute: string, second = '00') => ({
    steps: [{ step: 'Step 2 of 3', at: `2026-11-21T08:${minute}:${second}Z`, why: 'As soon as the step is reached.' }],
  })
  const previewResume = vi.fn().mockResolvedValue(at('40', '20'))
  previewResume.mockResolvedValueOnce(at('30')).mockResolvedValueOnce(at('40'))
  const card = pausedCard({ previewResume })
  await until(() => card.button('Resume'))
  card.button('Resume').trigger('onClick')
  await until(() => card.button('Resume now'))
  expect(card.screen()).toContain('09:30')
  card.button('Resume now').trigger('onClick')
  await until(() => expect(card.screen()).toContain('09:40'))
  expect(card.find(Alert).props.title).toContain('The dates have changed')
  expect(card.api.steerEnrollment).not.toHaveBeenCalled()
  card.button('Resume now').trigger('onClick')
  await until(() => expect(card.api.steerEnrollment.mock.calls[0]?.[1].action).toBe('resume'))
})

test('dates that cannot be checked resume nothing', async () => {
  const previewResume = vi.fn().mockRejectedValue(lost()).mockResolvedValueOnce({ steps: [] })
  const card = pausedCard({ previewResume })
  await until(() => card.button('Resume'))
  card.button('Resume').trigger('onClick')
  await until(() => card.button('Resume now'))
  card.button('Resume now').trigger('onClick')
  await until(() => expect(card.screen()).toContain('so nothing was resumed'))
  expect(card.api.steerEnrollment).not.toHaveBeenCalled()
})

function attentionCard(kind: 'held' | 'unconfirmed' | 'failed') {
  const attention = { stepRunId: STEP_RUN_ID, kind, message: 'The merge field deal.amount is empty.' }
  const contact = dealContact({ enrollments: [enrollmentRow({ attention })] })
  return openCard({ readDeal: async () => dealCard({ contacts: [contact] }) })
}

test('a held e-mail says why and can be tried again or skipped', async () => {
  const card = attentionCard('held')
  await until(() => expect(card.find(Alert).props.title).toBe('This step is held and waits for you'))
  expect(wordsOf(card.find(Alert))).toContain('The merge field deal.amount is empty.')
  expect(card.hasButton('Send again')).toBe(false)

  card.button('Skip').trigger('onClick')
  await until(() =>
    expect(card.api.resolveStep).toHaveBeenCalledExactlyOnceWith(STEP_RUN_ID, {
      action: 'skip',
      idempotencyKey: 'key-00001',
    }),
  )
})

test('a failed e-mail can be tried again', async () => {
  const card = attentionCard('failed')
  await until(() => card.button('Retry'))
  card.button('Retry').trigger('onClick')
  await until(() => expect(card.api.resolveStep.mock.calls[0]?.[1].action).toBe('retry'))
})

test('sending an unconfirmed e-mail again warns that the contact may get it twice', async () => {
  const card = attentionCard('unconfirmed')
  const dialog = `resend-${STEP_RUN_ID}`
  await until(() => expect(wordsOf(card.find(Modal, { id: dialog }))).toContain('Ada Lovelace may get it twice'))
  expect(card.hasButton('Retry')).toBe(false)
  expect(card.api.resolveStep).not.toHaveBeenCalled()

  card.find(Modal, { id: dialog }).find(LoadingButton).trigger('onClick')
  await until(() => expect(card.closeOverlay).toHaveBeenCalledWith(dialog))
  expect(card.api.resolveStep).toHaveBeenCalledExactlyOnceWith(STEP_RUN_ID, {
    action: 'resend',
    idempotencyKey: 'key-00001',
  })
})

test('an unconfirmed e-mail can be left as it is', async () => {
  const card = attentionCard('unconfirmed')
  await until(() => card.button('Leave it'))
  expect(card.hasButton('Skip')).toBe(false)
  card.button('Leave it').trigger('onClick')
  await until(() => expect(card.addAlert).toHaveBeenCalledOnce())
  expect(card.addAlert.mock.calls[0]?.[0].message).toBe('The e-mail is left as it is.')
  expect(card.api.resolveStep.mock.calls[0]?.[1].action).toBe('skip')
})

test('what happened to two contacts at one moment, and was decided about two of one name, is told twice', async () => {
  const one = dealCard()
  const twice = dealCard({
    activity: [...one.activity, ...one.activity],
    decisions: [...one.decisions, ...one.decisions],
  })
  const newer = { ...one.activity[0], at: '2026-11-21T08:00:00Z' } as (typeof one.activity)[number]
  const later = { ...twice, activity: [newer, ...twice.activity] }
  const card = openCard({ readDeal: vi.fn(async () => later).mockResolvedValueOnce(twice) })
  await until(() => expect(card.screen()).toContain('Activity (2)'))
  card.clock.fire()
  await until(() => expect(card.screen()).toContain('Activity (3)'))
  expect(card.screen().split('Step 1 was sent to Ada Lovelace')).toHaveLength(4)
  expect(card.screen().split('was enrolled because')).toHaveLength(3)
})
