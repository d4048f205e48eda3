import { Alert, ErrorState, Input, Select } from '@hubspot/ui-extensions'
import { ApiError } from '@stagecue/app-client'
import { expect, test, vi } from 'vitest'
import type { ChangeSequenceStatus } from '#shared/contract/sequence.ts'
import { SEQUENCE_ID, sequence } from './support/fixtures.ts'
import { openSettings } from './support/open-settings.tsx'
import { expectQuietConsole } from './support/quiet-console.ts'
import { wordsOf } from './support/screen.ts'
import { movePreview, moveProgress, review } from './support/version-fixtures.ts'

expectQuietConsole()

const until = (check: () => void) => vi.waitFor(check, { timeout: 20_000 })
const live = () => sequence({ status: 'active', version: 2, hasUnpublishedChanges: false })

/** The editor of a live sequence with two versions. */
async function openEditor(answers: Parameters<typeof openSettings>[1] = {}) {
  const page = await openSettings('sequences', { readSequence: async () => live(), ...answers })
  await until(() => page.button('Edit'))
  page.button('Edit').trigger('onClick')
  await until(() => page.find(Input, { name: 'name' }))
  return page
}

async function openVersions(answers: Parameters<typeof openSettings>[1] = {}) {
  const page = await openEditor(answers)
  page.button('Versions').trigger('onClick')
  await until(() => page.button('View version 1'))
  return page
}

test('versions are asked for when they are opened, and say who published them and what runs', async () => {
  const page = await openEditor()
  expect(page.api.listVersions).not.toHaveBeenCalled()
  page.button('Versions').trigger('onClick')
  await until(() => expect(page.screen()).toContain('boss@acme.example'))
  expect(page.screen()).toContain('Nobody known')
  page.button('View version 1').trigger('onClick')
  await until(() => expect(page.screen()).toContain('The old text'))
  expect(page.api.diffVersions).toHaveBeenCalledExactlyOnceWith(SEQUENCE_ID, { from: '1', to: 'draft' })
  expect(page.screen()).toContain('Step 2 added: wait of 2 days')
  expect(page.screen()).toContain('− The old text')
  page.find(Select, { name: 'compare-with' }).trigger('onChange', '2' as never)
  await until(() => expect(page.api.diffVersions).toHaveBeenLastCalledWith(SEQUENCE_ID, { from: '1', to: '2' }))
})

test('a version becomes the draft that is on screen, with the revision of the one it replaces', async () => {
  const restoreVersion = vi.fn(async () => sequence({ name: 'As it was', version: 2, revision: 8, status: 'active' }))
  const page = await openVersions({ restoreVersion })
  page.button('Make it the draft').trigger('onClick')
  await until(() => expect(page.find(Input, { name: 'name' }).props.value).toBe('As it was'))
  expect(restoreVersion).toHaveBeenCalledExactlyOnceWith(SEQUENCE_ID, 2, { revision: 7, idempotencyKey: 'key-00001' })
})

test('with unsaved changes no version replaces them', async () => {
  const page = await openVersions()
  page.find(Input, { name: 'name' }).trigger('onInput', 'Mine' as never)
  await until(() => expect(page.button('Make it the draft').props.disabled).toBe(true))
})

test('a move is shown contact by contact, then made in parts under one key, and says who stayed', async () => {
  const stayed = {
    enrollmentId: SEQUENCE_ID,
    dealId: '9002',
    contactName: 'Grace Hopper',
    reason: 'Between two steps.',
  }
  const moveEnrollments = vi
    .fn()
    .mockResolvedValueOnce(moveProgress({ moved: 100, left: 30 }))
    .mockResolvedValue(moveProgress({ moved: 129, stayed: 1, reasons: [stayed] }))
  const page = await openVersions({ moveEnrollments })
  page.button('Move the 4 others here').trigger('onClick')
  await until(() => expect(page.screen()).toContain('Ada Lovelace'))
  expect(page.api.previewMove).toHaveBeenCalledExactlyOnceWith(SEQUENCE_ID, { version: 2 })
  expect(page.screen()).toContain('Step 2 of 3: wait of 2 days')
  page.button('Move them').trigger('onClick')
  await until(() => expect(page.screen()).toContain('129 moved to version 2, 1 stayed'))
  expect(page.screen()).toContain('Grace Hopper, deal 9002: Between two steps.')
  const call = [SEQUENCE_ID, { version: 2, idempotencyKey: 'key-00001' }]
  expect(moveEnrollments.mock.calls).toEqual([call, call])
})

test('a move that makes no progress is not called for ever', async () => {
  const moveEnrollments = vi.fn().mockResolvedValue(moveProgress({ moved: 0, left: 30 }))
  const page = await openVersions({ moveEnrollments })
  page.button('Move the 4 others here').trigger('onClick')
  await until(() => page.button('Move them'))
  page.button('Move them').trigger('onClick')
  await until(() => expect(page.closeOverlay).toHaveBeenCalled())
  expect(moveEnrollments).toHaveBeenCalledTimes(2)
})

test('the preview has pages, and says why somebody would stay', async () => {
  const [row] = movePreview().rows
  const rows = row ? [{ ...row, goesOn: null, stays: 'A mail is on its way.', next: null }] : []
  const previewMove = vi.fn(async () => movePreview({ rows, total: 60, nextAfter: SEQUENCE_ID }))
  const page = await openVersions({ previewMove })
  page.button('Move the 4 others here').trigger('onClick')
  await until(() => expect(page.screen()).toContain('Stays: A mail is on its way.'))
  page.button('Next page').trigger('onClick')
  await until(() => expect(previewMove).toHaveBeenLastCalledWith(SEQUENCE_ID, { version: 2, after: SEQUENCE_ID }))
})

test('a sequence can be let finish, stopped, and taken back into use', async () => {
  const changeSequenceStatus = vi.fn(async (_id: string, _input: ChangeSequenceStatus) =>
    sequence({ status: 'finishing', version: 2, hasUnpublishedChanges: false }),
  )
  const page = await openEditor({ changeSequenceStatus })
  page.button('Enroll nobody new').trigger('onClick')
  await until(() => expect(page.hasButton('Take back into use')).toBe(true))
  expect(page.closeOverlay).toHaveBeenCalledWith(`finish-${SEQUENCE_ID}`)
  expect(page.addAlert.mock.calls[0]?.[0].message).toContain('finishing: nobody new is enrolled')
  expect(page.hasButton('Archive')).toBe(false)
  page.button('Stop all of them').trigger('onClick')
  await until(() => expect(changeSequenceStatus).toHaveBeenCalledTimes(2))
  expect(changeSequenceStatus.mock.calls.map(([, { action }]) => action)).toEqual(['finish', 'stop_and_archive'])
})

test('a draft that waits is approved or returned by another admin, not by the one who submitted it', async () => {
  const waiting = review({
    needsApproval: true,
    state: 'waiting',
    submittedBy: 'ops@acme.example',
    submittedAt: '2026-11-20T10:00:00Z',
  })
  const own = await openEditor({ readReview: async () => waiting })
  await until(() => expect(own.screen()).toContain('Submitted by ops@acme.example'))
  expect([own.hasButton('Approve and publish'), own.hasButton('Take it back')]).toEqual([false, true])

  const page = await openEditor({ readReview: async () => ({ ...waiting, mayAnswer: true }) })
  await until(() => page.button('Approve and publish'))
  expect(page.button('Return it').props.disabled).toBe(true)
  page.find(Input, { name: 'review-comment' }).trigger('onInput', 'Too long.' as never)
  await until(() => expect(page.button('Return it').props.disabled).toBe(false))
  page.button('Return it').trigger('onClick')
  await until(() =>
    expect(page.api.answerReview).toHaveBeenCalledExactlyOnceWith(SEQUENCE_ID, {
      action: 'return',
      revision: 7,
      comment: 'Too long.',
      idempotencyKey: 'key-00001',
    }),
  )
})

test('a draft that was just submitted says that it waits, and can be taken back', async () => {
  const waiting = review({ state: 'waiting', submittedBy: 'boss@acme.example', submittedAt: '2026-11-20T10:00:00Z' })
  const readReview = vi
    .fn()
    .mockResolvedValueOnce(review({ needsApproval: true }))
    .mockResolvedValue(waiting)
  const draft = async () => sequence()
  const page = await openEditor({ readReview, readSequence: draft, changeSequenceStatus: draft })
  page.button('Publish').trigger('onClick')
  await until(() => expect(page.screen()).toContain('Submitted by boss@acme.example'))
  expect(page.hasButton('Take it back')).toBe(true)
})

test('what another admin said about a returned draft is on top of the actions', async () => {
  const returned = review({
    state: 'returned',
    answeredBy: 'ops@acme.example',
    comment: 'The second mail is too long.',
  })
  const page = await openEditor({ readReview: async () => returned })
  await until(() => expect(page.find(Alert).props.title).toBe('ops@acme.example did not approve this draft'))
  expect(wordsOf(page.find(Alert))).toBe('The second mail is too long.')
})

test('whether a draft waits for an admin can be asked again when there was no answer', async () => {
  const error = new ApiError({ code: 'http_502', message: 'Stagecue could not be reached.', happened: 'unknown' })
  const waiting = review({ state: 'waiting', submittedBy: 'ops@acme.example', mayAnswer: true })
  const page = await openEditor({ readReview: vi.fn().mockRejectedValueOnce(error).mockResolvedValue(waiting) })
  await until(() => expect(page.find(ErrorState).props.title).toContain('waits for a second admin'))
  page.button('Try again').trigger('onClick')
  await until(() => page.button('Approve and publish'))
})

test('the approval is switched on where there are two admins, and refused in words where there is one', async () => {
  const page = await openSettings('overview')
  await until(() => page.button('Ask for a second admin’s approval'))
  page.button('Ask for a second admin’s approval').trigger('onClick')
  await until(() => expect(page.api.savePublishApproval).toHaveBeenCalledOnce())
  expect(page.api.savePublishApproval.mock.calls[0]?.[0]).toMatchObject({ needsApproval: true })

  const alone = await openSettings('overview', {
    readPublishApproval: async () => ({ needsApproval: false, admins: 1 }),
  })
  await until(() => expect(alone.screen()).toContain('There is one admin only'))
  expect(alone.button('Ask for a second admin’s approval').props.disabled).toBe(true)
})

test('a preview that fails can be tried again', async () => {
  const error = new ApiError({ code: 'conflict', message: 'It is archived.', happened: 'no' })
  const page = await openVersions({ previewMove: vi.fn().mockRejectedValue(error) })
  page.button('Move the 4 others here').trigger('onClick')
  await until(() => expect(page.screen()).toContain('The preview could not be made'))
  page.button('Back to the versions').trigger('onClick')
  await until(() => page.button('View version 1'))
})
