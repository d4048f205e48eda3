import { Form, Heading, Panel, Select, StatusTag, ToggleGroup } from '@hubspot/ui-extensions'
import { ApiError } from '@stagecue/app-client'
import { expect, test, vi } from 'vitest'
import { deferred } from './support/deferred.ts'
import { dealCard, dealContact, SEQUENCE_ID } from './support/fixtures.ts'
import { openCard } from './support/open-card.tsx'
import { expectQuietConsole } from './support/quiet-console.ts'
import { wordsOf } from './support/screen.ts'

expectQuietConsole()

const until = (check: () => void) => vi.waitFor(check, { timeout: 20_000 })

const ADA = dealContact({ contactId: '501', name: 'Ada Lovelace' })
const BOB = dealContact({ contactId: '502', name: 'Bob Babbage', email: 'bob@example.com' })
const EVE = dealContact({ contactId: '503', name: 'Eve', email: null, blocked: 'The contact has no e-mail address' })
const TWO_SEQUENCES = [
  { id: SEQUENCE_ID, name: 'Follow up', steps: 3 },
  { id: '00000000-0000-4000-8000-000000000009', name: 'Win back', steps: 1 },
]

test('a contact that cannot be enrolled is shown with the reason and cannot be chosen', async () => {
  const card = openCard({ readDeal: async () => dealCard({ contacts: [ADA, EVE] }) })
  await until(() => expect(card.find(ToggleGroup).props.options).toHaveLength(2))
  expect(card.find(ToggleGroup).props.options[1]).toMatchObject({
    value: '503',
    readOnly: true,
    description: 'Cannot be enrolled: The contact has no e-mail address',
  })
})

test('when no contact can be enrolled, Start a sequence is off and says why', async () => {
  const card = openCard({ readDeal: async () => dealCard({ contacts: [EVE] }) })
  await until(() => expect(card.button('Start a sequence').props.disabled).toBe(true))
  expect(card.screen()).toContain('None of the contacts can be enrolled')
})

test('of several contacts and sequences none is chosen beforehand', async () => {
  const card = openCard({ readDeal: async () => dealCard({ contacts: [ADA, BOB], sequences: TWO_SEQUENCES }) })
  await until(() => expect(card.find(Select).props.value).toBe(''))
  expect(card.find(ToggleGroup).props.value).toEqual([])
  expect(card.button('Start').props.disabled).toBe(true)

  card.find(Form).trigger('onSubmit')
  expect(card.api.startSequence).not.toHaveBeenCalled()
})

test('starts for the chosen contacts once and shows what became of each', async () => {
  const answer = deferred<{ results: { contactId: string; enrolled: boolean; message: string }[] }>()
  const card = openCard({
    readDeal: async () => dealCard({ contacts: [ADA, BOB], sequences: TWO_SEQUENCES }),
    startSequence: () => answer.promise,
  })
  await until(() => card.find(ToggleGroup))
  card.find(Select).trigger('onChange', SEQUENCE_ID as never)
  card.find(ToggleGroup).trigger('onChange', ['501', '502'] as never)
  await until(() => expect(card.button('Start for 2 contacts').props.disabled).toBe(false))

  const form = card.find(Form)
  form.trigger('onSubmit')
  form.trigger('onSubmit')
  await until(() => expect(card.button('Start for 2 contacts').props.disabled).toBe(true))
  answer.resolve({
    results: [
      { contactId: '501', enrolled: true, message: 'The first e-mail goes out at once.' },
      { contactId: '502', enrolled: false, message: 'Already enrolled through this deal.' },
    ],
  })

  await until(() => expect(wordsOf(card.find(Panel).find(Heading))).toBe('1 of 2 enrolled'))
  const panel = card.find(Panel)
  expect(panel.findAll(StatusTag).map((tag) => tag.text)).toEqual(['Enrolled', 'Not enrolled'])
  expect(wordsOf(panel)).toContain('Already enrolled through this deal.')
  expect(card.api.startSequence).toHaveBeenCalledExactlyOnceWith('9001', {
    sequenceId: SEQUENCE_ID,
    contactIds: ['501', '502'],
    idempotencyKey: 'key-00001',
  })
  expect(card.api.readDeal).toHaveBeenCalledTimes(2)

  card.button('Done').trigger('onClick')
  expect(card.closeOverlay).toHaveBeenCalledWith('start-sequence')
})

test('a start that failed keeps the choice and says what to do', async () => {
  const error = new ApiError({ code: 'http_503', message: 'Try again in a minute.', happened: 'unknown' })
  const card = openCard({ startSequence: vi.fn().mockRejectedValue(error) })
  await until(() => expect(card.button('Start').props.disabled).toBe(false))

  card.find(Form).trigger('onSubmit')
  await until(() => expect(wordsOf(card.find(Panel))).toContain('Try again in a minute.'))
  expect(card.find(ToggleGroup).props.value).toEqual(['501'])
})

test('closing the panel leaves a fresh form for its next opening', async () => {
  const card = openCard({ startSequence: async () => ({ results: [] }) })
  await until(() => card.find(Form))
  card.find(Form).trigger('onSubmit')
  await until(() => expect(card.hasButton('Done')).toBe(true))

  card.find(Panel).trigger('onClose')
  await until(() => expect(card.hasButton('Start')).toBe(true))
})
