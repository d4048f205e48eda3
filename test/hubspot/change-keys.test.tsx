import { Button, Form, Input } from '@hubspot/ui-extensions'
import { createRenderer } from '@hubspot/ui-extensions/testing'
import { ApiError, useChange } from '@stagecue/app-client'
import { useState } from 'react'
import { expect, test, vi } from 'vitest'
import { countingKeys } from './support/counting-keys.ts'
import {
  dealCard,
  dealContact,
  enrollmentRow,
  HEALTH,
  PIPELINES,
  STEP_RUN_ID,
  sequence,
  settings,
} from './support/fixtures.ts'
import { openCard } from './support/open-card.tsx'
import { openSettings } from './support/open-settings.tsx'
import { expectQuietConsole } from './support/quiet-console.ts'
import { buttonsOf } from './support/screen.ts'
import { review } from './support/version-fixtures.ts'

expectQuietConsole()

const until = (check: () => void) => vi.waitFor(check, { timeout: 20_000 })
const lost = () => new ApiError({ code: 'no_answer', message: 'There was no answer.', happened: 'unknown' })
const refused = () => new ApiError({ code: 'conflict', message: 'Not now.', happened: 'no' })

/** A page with a button per input, over a network that answers as told; its clock and what it shows are the test's. */
function openButtons(inputs: readonly string[]) {
  const renderer = createRenderer('settings')
  const sent: [input: string, key: string][] = []
  const world = { now: 0, answer: async (): Promise<void> => {}, show: (_: string) => {} }
  const makeKey = countingKeys()
  function Page() {
    const [shown, setShown] = useState('at first')
    world.show = setShown
    const change = useChange(
      (input: string, key) => {
        sent.push([input, key])
        return world.answer()
      },
      { makeKey, onDone: () => {}, seen: shown, now: () => world.now },
    )
    return (
      <>
        {inputs.map((input) => (
          <Button key={input} disabled={change.busy} onClick={() => change.run(input)}>
            {input}
          </Button>
        ))}
      </>
    )
  }
  renderer.render(<Page />)
  const press = async (input: string) => {
    const before = sent.length
    buttonsOf(renderer).button(input).trigger('onClick')
    await until(() => expect(sent).toHaveLength(before + 1))
    await until(() => expect(buttonsOf(renderer).button(input).props.disabled).toBe(false))
    return sent.at(-1)?.[1]
  }
  return { world, press }
}

test('the same once more after a lost answer goes out under its key; another one, and one after an answer, do not', async () => {
  const { world, press } = openButtons(['stop', 'pause'])
  world.answer = async () => {
    throw lost()
  }
  expect(await press('stop')).toBe('key-00001')
  expect(await press('stop')).toBe('key-00001')
  expect(await press('pause')).toBe('key-00002')
  world.answer = async () => {}
  expect(await press('pause')).toBe('key-00002')
  expect(await press('pause')).toBe('key-00003')
  world.answer = async () => {
    throw refused()
  }
  expect(await press('stop')).toBe('key-00004')
  expect(await press('stop')).toBe('key-00005')
})

test('once the screen shows what became of it, the same press is another change', async () => {
  const { world, press } = openButtons(['stop'])
  world.answer = async () => {
    throw lost()
  }
  expect(await press('stop')).toBe('key-00001')
  world.show('stopped')
  world.show('at first')
  world.show('stopped')
  await new Promise((done) => setTimeout(done, 50))
  world.show('at first')
  await new Promise((done) => setTimeout(done, 50))
  expect(await press('stop')).toBe('key-00002')
})

test('a day later the same press is another change', async () => {
  const { world, press } = openButtons(['stop'])
  world.answer = async () => {
    throw lost()
  }
  expect(await press('stop')).toBe('key-00001')
  world.now = 24 * 60 * 60 * 1000 - 1
  expect(await press('stop')).toBe('key-00001')
  world.now += 1
  expect(await press('stop')).toBe('key-00002')
})

test('pausing again, after a pause that was lost and somebody’s resuming, pauses again', async () => {
  const at = (status: 'active' | 'paused') => {
    const paused = status === 'paused'
    const row = enrollmentRow({ status, canPause: !paused, canResume: paused })
    return dealCard({ contacts: [dealContact({ enrollments: [row] })] })
  }
  const readDeal = vi.fn().mockResolvedValue(at('active'))
  const steerEnrollment = vi.fn().mockRejectedValueOnce(lost()).mockResolvedValue({ done: true })
  const card = openCard({ readDeal, steerEnrollment })
  await until(() => card.button('Pause'))
  card.button('Pause').trigger('onClick')
  await until(() => expect(card.screen()).toContain('There was no answer.'))
  // The pause arrived, though its answer did not: the card looks, and shows it.
  readDeal.mockResolvedValue(at('paused'))
  card.clock.fire()
  await until(() => card.button('Resume'))
  readDeal.mockResolvedValue(at('active'))
  card.clock.fire()
  await until(() => card.button('Pause'))
  card.button('Pause').trigger('onClick')
  await until(() => expect(steerEnrollment).toHaveBeenCalledTimes(2))
  const keys = steerEnrollment.mock.calls.map(([, { idempotencyKey }]) => idempotencyKey)
  expect(keys[1]).not.toBe(keys[0])
})

test('pipelines that were read after all are read again on the next press', async () => {
  const listPipelines = vi.fn().mockResolvedValue({ ...PIPELINES, refreshedAt: '2026-11-21T08:30:00Z' })
  listPipelines.mockResolvedValueOnce(PIPELINES)
  const refreshPipelines = vi.fn().mockRejectedValueOnce(lost()).mockResolvedValue(PIPELINES)
  const page = await openSettings('mappings', { listPipelines, refreshPipelines })
  await until(() => page.button('Refresh pipelines'))
  page.button('Refresh pipelines').trigger('onClick')
  await until(() => expect(page.screen()).toContain('09:30'))
  page.button('Refresh pipelines').trigger('onClick')
  await until(() => expect(refreshPipelines).toHaveBeenCalledTimes(2))
  expect(refreshPipelines.mock.calls.map(([{ idempotencyKey }]) => idempotencyKey)).toEqual(['key-00001', 'key-00002'])
})

test('steps that fail again, after a trying again whose answer was lost, are tried again once more', async () => {
  const failing = (message: string) =>
    settings({ health: { ...HEALTH, findings: [{ level: 'danger', code: 'steps_failing', message }] } })
  const readSettings = vi.fn().mockResolvedValueOnce(failing('Stagecue failed on 5 steps.'))
  readSettings.mockResolvedValueOnce(settings()).mockResolvedValue(failing('Stagecue failed on 5 steps.'))
  const retryFaultySteps = vi.fn().mockRejectedValue(lost())
  const page = await openSettings('overview', { readSettings, retryFaultySteps })
  page.button('Try failed steps again').trigger('onClick')
  // Nobody knows what it did, so the page looks: they are on their way again.
  await until(() => expect(page.hasButton('Try failed steps again')).toBe(false))
  page.button('Check again').trigger('onClick')
  await until(() => page.button('Try failed steps again'))
  page.button('Try failed steps again').trigger('onClick')
  await until(() => expect(retryFaultySteps).toHaveBeenCalledTimes(2))
  await until(() => expect(page.screen()).toContain('There was no answer.'))

  readSettings.mockResolvedValue(failing('Stagecue failed on 4 steps.'))
  page.button('Check again').trigger('onClick')
  await until(() => expect(page.screen()).toContain('Stagecue failed on 4 steps.'))
  page.button('Try failed steps again').trigger('onClick')
  await until(() => expect(retryFaultySteps).toHaveBeenCalledTimes(3))
  const keys = retryFaultySteps.mock.calls.map(([{ idempotencyKey }]) => idempotencyKey)
  expect(keys).toEqual(['key-00001', 'key-00002', 'key-00003'])
})

test('starting again, after a start that was lost and a stop, starts again', async () => {
  const at = (enrollments: ReturnType<typeof enrollmentRow>[]) => dealCard({ contacts: [dealContact({ enrollments })] })
  const started = enrollmentRow({ source: 'manual' })
  const readDeal = vi
    .fn()
    .mockResolvedValueOnce(at([]))
    .mockResolvedValue(at([started]))
  const startSequence = vi.fn().mockRejectedValue(lost())
  const card = openCard({ readDeal, startSequence })
  const start = () => card.find(Form).trigger('onSubmit')
  await until(() => card.find(Form))
  start()
  // The start arrived, though its answer did not: the card looks at once.
  await until(() => card.button('Pause'))
  readDeal.mockResolvedValue(at([{ ...started, status: 'stopped', canPause: false, canStop: false }]))
  card.clock.fire()
  await until(() => expect(card.hasButton('Pause')).toBe(false))
  start()
  await until(() => expect(startSequence).toHaveBeenCalledTimes(2))
  const keys = startSequence.mock.calls.map(([, { idempotencyKey }]) => idempotencyKey)
  expect(keys).toEqual(['key-00001', 'key-00002'])
})

test('a step that fails again within seconds, after a retry that was lost, is tried again', async () => {
  const at = (attention: ReturnType<typeof enrollmentRow>['attention']) =>
    dealCard({ contacts: [dealContact({ enrollments: [enrollmentRow({ attention })] })] })
  const failed = at({ stepRunId: STEP_RUN_ID, kind: 'failed', message: 'The mail server refused it.' })
  const readDeal = vi.fn().mockResolvedValueOnce(failed).mockResolvedValueOnce(at(null)).mockResolvedValue(failed)
  const resolveStep = vi.fn().mockRejectedValue(lost())
  const card = openCard({ readDeal, resolveStep })
  await until(() => card.button('Retry'))
  card.button('Retry').trigger('onClick')
  await until(() => expect(card.hasButton('Retry')).toBe(false))
  card.clock.fire()
  await until(() => card.button('Retry'))
  card.button('Retry').trigger('onClick')
  await until(() => expect(resolveStep).toHaveBeenCalledTimes(2))
  const keys = resolveStep.mock.calls.map(([, { idempotencyKey }]) => idempotencyKey)
  expect(keys).toEqual(['key-00001', 'key-00002'])
})

async function openEditor(answers: Parameters<typeof openSettings>[1]) {
  const page = await openSettings('sequences', answers)
  await until(() => page.button('Edit'))
  page.button('Edit').trigger('onClick')
  await until(() => page.find(Input, { name: 'name' }))
  return page
}

test('a sequence that somebody resumed, after a pause that was lost, is paused again', async () => {
  const at = (status: 'active' | 'paused') => sequence({ status, version: 1, hasUnpublishedChanges: false })
  const readSequence = vi.fn().mockResolvedValueOnce(at('active')).mockResolvedValueOnce(at('paused'))
  readSequence.mockResolvedValue(at('active'))
  const changeSequenceStatus = vi.fn().mockRejectedValue(lost())
  const page = await openEditor({ readSequence, changeSequenceStatus })
  page.button('Pause sequence').trigger('onClick')
  await until(() => page.button('Resume sequence'))
  page.button('Resume sequence').trigger('onClick')
  await until(() => page.button('Pause sequence'))
  page.button('Pause sequence').trigger('onClick')
  await until(() => expect(changeSequenceStatus).toHaveBeenCalledTimes(3))
  const keys = changeSequenceStatus.mock.calls.map(([, { idempotencyKey }]) => idempotencyKey)
  expect(new Set(keys).size).toBe(3)
})

test('a draft whose save was lost, but arrived, is saved again on itself', async () => {
  const named = (name: string, revision: number) => sequence({ name, revision })
  const readSequence = vi.fn().mockResolvedValueOnce(named('First', 7)).mockResolvedValue(named('Second', 8))
  const saveSequence = vi.fn().mockRejectedValueOnce(lost()).mockResolvedValue(named('Third', 9))
  const page = await openEditor({ readSequence, saveSequence })
  const save = async (name: string) => {
    page.find(Input, { name: 'name' }).trigger('onInput', name as never)
    await until(() => expect(page.button('Save draft').props.disabled).toBe(false))
    page.button('Save draft').trigger('onClick')
    await until(() => expect(page.button('Save draft').props.disabled).toBe(true))
    await until(() => expect(page.find(Input, { name: 'name' }).props.readOnly).toBe(false))
  }
  await save('Second')
  expect(page.screen()).not.toContain('There was no answer.')
  await save('Third')
  expect(saveSequence.mock.calls.map(([, { revision }]) => revision)).toEqual([7, 8])
})

test('returning a draft in other words is another change', async () => {
  const readReview = async () => review({ state: 'waiting', submittedBy: 'eve@acme.example', mayAnswer: true })
  const answerReview = vi.fn().mockRejectedValue(lost())
  const page = await openEditor({ readReview, answerReview })
  await until(() => page.button('Approve and publish'))
  for (const [index, words] of ['Shorter.', 'Much shorter.'].entries()) {
    page.find(Input, { name: 'review-comment' }).trigger('onInput', words as never)
    await until(() => expect(page.find(Input, { name: 'review-comment' }).props.value).toBe(words))
    await until(() => expect(page.button('Return it').props.disabled).toBe(false))
    page.button('Return it').trigger('onClick')
    await until(() => expect(answerReview).toHaveBeenCalledTimes(index + 1))
    await until(() => expect(page.button('Return it').props.disabled).toBe(false))
  }
  expect(answerReview.mock.calls.map(([, { idempotencyKey }]) => idempotencyKey)).toEqual(['key-00001', 'key-00002'])
  expect(page.api.readReview.mock.calls.length).toBeGreaterThan(2)
})
