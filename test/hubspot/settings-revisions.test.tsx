import { Alert, Form, Input, NumberInput, Select, TextArea, Toggle } from '@hubspot/ui-extensions'
import { ApiError } from '@stagecue/app-client'
import { expect, test, vi } from 'vitest'
import { DEFAULT_POLICY } from '#shared/default-policy.ts'
import type { SettingsApi } from '../../hubspot-project/app/settings/settings-tools.ts'
import { mappingRow, RULES, SENDER, SEQUENCE_ID, sequenceRow, settings } from './support/fixtures.ts'
import { hubspotMail } from './support/number-fixtures.ts'
import { openSettings } from './support/open-settings.tsx'
import { expectQuietConsole } from './support/quiet-console.ts'
import { wordsOf } from './support/screen.ts'
import { ADA_ID, SENDERS, senderRow } from './support/sender-fixtures.ts'

expectQuietConsole()

const until = (check: () => void) => vi.waitFor(check, { timeout: 20_000 })

const TOLD = 'Somebody changed this at 2026-11-21 08:05 (Europe/Berlin): look at the new values, then decide again.'
const outdated = () => new ApiError({ code: 'outdated', message: TOLD, happened: 'no' })

/** Answers as it is at first, and as somebody else left it from the second time on. */
function firstThen<T>(first: T, later: T) {
  return vi.fn().mockResolvedValue(later).mockResolvedValueOnce(first)
}

/** Refuses the first change. */
function refusesOnce<Name extends keyof SettingsApi>(then: unknown) {
  return vi.fn().mockResolvedValue(then).mockRejectedValueOnce(outdated()) as unknown as SettingsApi[Name]
}

test('limits that somebody else saved meanwhile come in, what was typed stays, and the next save is made on theirs', async () => {
  const theirs = { ...RULES, companyMinutes: 60, portalPerDay: 500, revision: 7 }
  const page = await openSettings('overview', {
    readRules: firstThen(RULES, theirs),
    saveRules: refusesOnce<'saveRules'>({ ...theirs, portalPerDay: 200, revision: 8 }),
  })
  const limit = (name: string) => page.find(NumberInput, { name })
  const save = () => page.findAll(Form).at(-1)?.trigger('onSubmit')
  await until(() => limit('portalPerDay'))
  limit('portalPerDay').trigger('onChange', 200 as never)
  await until(() => expect(page.button('Save limits').props.disabled).toBe(false))
  save()
  await until(() => expect(page.screen()).toContain(TOLD))
  await until(() => expect(limit('companyMinutes').props.value).toBe(60))
  expect(limit('portalPerDay').props.value).toBe(200)
  const notice = page.findAll(Alert).find(({ props }) => props.title === 'Somebody else changed the same')
  expect(notice && wordsOf(notice)).toContain('E-mails a day from this account: 500')
  expect(notice && wordsOf(notice)).not.toContain('Minutes between')

  save()
  await until(() => expect(page.api.saveRules).toHaveBeenCalledTimes(2))
  expect(page.api.saveRules.mock.calls[1]?.[0]).toEqual({
    ...{ ...theirs, portalPerDay: 200 },
    idempotencyKey: 'key-00002',
  })
  await until(() => expect(page.button('Save limits').props.disabled).toBe(true))
  expect(page.screen()).not.toContain('Somebody')
})

test('a list of admins that somebody else saved is shown beside what was typed', async () => {
  const access = { mayConfigure: true, admins: ['boss@acme.example', 'eve@acme.example'], revision: 5 }
  const page = await openSettings('overview', {
    readSettings: firstThen(settings(), settings({ access })),
    saveAdmins: refusesOnce<'saveAdmins'>({ done: true }),
  })
  page.find(TextArea).trigger('onInput', 'boss@acme.example\nnew@acme.example' as never)
  await until(() => expect(page.button('Save list').props.disabled).toBe(false))
  page.find(Form).trigger('onSubmit')
  await until(() => expect(page.screen()).toContain('boss@acme.example, eve@acme.example'))
  expect(page.screen()).toContain(TOLD)
  expect(page.find(TextArea).props.value).toBe('boss@acme.example\nnew@acme.example')
  page.find(Form).trigger('onSubmit')
  await until(() => expect(page.api.saveAdmins.mock.calls[1]?.[0].revision).toBe(5))
})

test('a new list of admins is shown where nobody typed', async () => {
  const access = { mayConfigure: true, admins: ['boss@acme.example'], revision: 5 }
  const page = await openSettings('overview', { readSettings: firstThen(settings(), settings({ access })) })
  expect(page.find(TextArea).props.value).toContain('ops@acme.example')
  page.button('Check again').trigger('onClick')
  await until(() => expect(page.find(TextArea).props.value).toBe('boss@acme.example'))
})

test('a mapping that somebody else changed is not switched on unseen: the list shows it as it is', async () => {
  const mine = mappingRow({ active: false })
  const theirs = mappingRow({ sequenceName: 'Another sequence', active: false, revision: 4 })
  const page = await openSettings('mappings', {
    listMappings: firstThen({ mappings: [mine] }, { mappings: [theirs] }),
    switchMapping: refusesOnce<'switchMapping'>({ done: true }),
  })
  await until(() => page.button('Switch on'))
  page.button('Switch on').trigger('onClick')
  await until(() => expect(page.screen()).toContain('Another sequence'))
  expect(page.screen()).toContain(TOLD)
  page.button('Switch on').trigger('onClick')
  await until(() => expect(page.api.switchMapping).toHaveBeenCalledTimes(2))
  expect(page.api.switchMapping.mock.calls.map(([{ revision }]) => revision)).toEqual([3, 4])
})

test('nor is it removed', async () => {
  const theirs = mappingRow({ sequenceName: 'Another sequence', revision: 4 })
  const page = await openSettings('mappings', {
    listMappings: firstThen({ mappings: [mappingRow()] }, { mappings: [theirs] }),
    removeMapping: refusesOnce<'removeMapping'>({ done: true }),
  })
  await until(() => page.button('Remove mapping'))
  page.button('Remove mapping').trigger('onClick')
  await until(() => expect(page.screen()).toContain('will no longer start Another sequence.'))
  expect(page.screen()).toContain(TOLD)
  page.button('Remove mapping').trigger('onClick')
  await until(() => expect(page.api.removeMapping).toHaveBeenCalledTimes(2))
  expect(page.api.removeMapping.mock.calls.map(([{ revision }]) => revision)).toEqual([3, 4])
})

test('the form of a mapping keeps what was chosen, takes over the rest, and says what saving replaces', async () => {
  const other = sequenceRow({ id: '01890000-0000-7000-8000-0000000000ff', name: 'Theirs' })
  const mine = sequenceRow({ id: '01890000-0000-7000-8000-0000000000fe', name: 'Mine' })
  const theirs = mappingRow({ sequenceId: other.id, sequenceName: 'Theirs', active: false, revision: 4 })
  const page = await openSettings('mappings', {
    listSequences: async () => ({ sequences: [sequenceRow(), other, mine] }),
    listMappings: firstThen({ mappings: [mappingRow()] }, { mappings: [theirs] }),
    saveMapping: refusesOnce<'saveMapping'>({ done: true }),
  })
  await until(() => page.button('Edit'))
  page.button('Edit').trigger('onClick')
  await until(() => page.find(Select, { name: 'sequence' }))
  page.find(Select, { name: 'sequence' }).trigger('onChange', mine.id as never)
  await until(() => expect(page.find(Select, { name: 'sequence' }).props.value).toBe(mine.id))
  page.find(Form).trigger('onSubmit')
  await until(() => expect(page.find(Toggle, { name: 'active' }).props.checked).toBe(false))
  expect(page.find(Select, { name: 'sequence' }).props.value).toBe(mine.id)
  expect(wordsOf(page.find(Form))).toContain('Sequence: Theirs')
  page.find(Form).trigger('onSubmit')
  await until(() => expect(page.api.saveMapping).toHaveBeenCalledTimes(2))
  expect(page.api.saveMapping.mock.calls[1]?.[0]).toMatchObject({ sequenceId: mine.id, active: false, revision: 4 })
})

test('a mapping that somebody removed while its form was open says so', async () => {
  const policy = { ...DEFAULT_POLICY, coolDownDays: 30 }
  const page = await openSettings('mappings', {
    listMappings: firstThen({ mappings: [mappingRow({ policy })] }, { mappings: [] }),
    saveMapping: refusesOnce<'saveMapping'>({ done: true }),
  })
  await until(() => page.button('Edit'))
  page.button('Edit').trigger('onClick')
  await until(() => page.find(Form))
  page.find(Form).trigger('onSubmit')
  await until(() => expect(wordsOf(page.find(Form))).toContain('Saving maps the stage again.'))
  page.find(Form).trigger('onSubmit')
  await until(() => expect(page.api.saveMapping).toHaveBeenCalledTimes(2))
  expect(page.api.saveMapping.mock.calls[1]?.[0]).toMatchObject({ sequenceId: SEQUENCE_ID, revision: 0, policy })
})

test('places that somebody else saved keep their ids under what was typed', async () => {
  const before = { places: [{ id: 'new', name: 'New' }], revision: 8 }
  const theirs = { places: [...before.places, { id: 'won', name: 'Won over' }], revision: 9 }
  const page = await openSettings('mappings', {
    listPlaces: firstThen(before, theirs),
    savePlaces: refusesOnce<'savePlaces'>(theirs),
  })
  await until(() => page.find(TextArea, { name: 'places' }))
  page.find(TextArea, { name: 'places' }).trigger('onInput', 'New\nWon over\nLost' as never)
  await until(() => expect(page.button('Save places').props.disabled).toBe(false))
  page.button('Save places').trigger('onClick')
  await until(() => expect(page.screen()).toContain('Places: New, Won over'))
  expect(page.find(TextArea, { name: 'places' }).props.value).toBe('New\nWon over\nLost')
  page.button('Save places').trigger('onClick')
  await until(() => expect(page.api.savePlaces).toHaveBeenCalledTimes(2))
  const sent = page.api.savePlaces.mock.calls[1]?.[0]
  expect(sent).toMatchObject({ revision: 9, places: [{ id: 'new' }, { id: 'won' }, { name: 'Lost' }] })
})

test('the account’s sender and another one take over what somebody else saved', async () => {
  const changed = senderRow({ signature: 'Theirs', revision: 6 })
  const senders = { ...SENDERS, senders: SENDERS.senders.map((row) => (row.id === ADA_ID ? changed : row)) }
  const page = await openSettings('mail', {
    readSender: firstThen(SENDER, { ...SENDER, postalAddress: 'Theirs', revision: 3 }),
    saveSender: refusesOnce<'saveSender'>(SENDER),
    listSenders: firstThen(SENDERS, senders),
    changeSender: refusesOnce<'changeSender'>(senders),
  })
  await until(() => page.find(Input, { name: 'replyTo' }))
  page.find(Input, { name: 'replyTo' }).trigger('onInput', 'mine@acme.example' as never)
  await until(() => expect(page.button('Save sender').props.disabled).toBe(false))
  page.find(Form).trigger('onSubmit')
  await until(() => expect(page.find(TextArea, { name: 'postalAddress' }).props.value).toBe('Theirs'))
  expect(page.find(Input, { name: 'replyTo' }).props.value).toBe('mine@acme.example')
  page.find(Form).trigger('onSubmit')
  await until(() => expect(page.api.saveSender.mock.calls[1]?.[0].revision).toBe(3))

  page.buttons('Change')[1]?.trigger('onClick')
  await until(() => page.find(NumberInput, { name: 'mailboxCap' }))
  page.find(NumberInput, { name: 'mailboxCap' }).trigger('onChange', 40 as never)
  await until(() => expect(page.button('Save changes').props.disabled).toBe(false))
  page.findAll(Form).at(-1)?.trigger('onSubmit')
  await until(() => expect(page.screen()).toContain(TOLD))
  await until(() => expect(page.api.listSenders).toHaveBeenCalledTimes(2))
  expect(page.find(NumberInput, { name: 'mailboxCap' }).props.value).toBe(40)
  page.findAll(Form).at(-1)?.trigger('onSubmit')
  await until(() => expect(page.api.changeSender).toHaveBeenCalledTimes(2))
  expect(page.api.changeSender.mock.calls[1]?.[1]).toMatchObject({ dailyCap: 40, signature: 'Theirs', revision: 6 })
})

test('what HubSpot is told of mails takes over what somebody else saved', async () => {
  const page = await openSettings('overview', {
    readHubSpotMail: firstThen(hubspotMail(), hubspotMail({ writeOptOuts: 'all', revision: 8 })),
    saveHubSpotMail: refusesOnce<'saveHubSpotMail'>(hubspotMail({ revision: 9 })),
  })
  await until(() => page.find(Toggle, { name: 'logMails' }))
  page.find(Toggle, { name: 'logMails' }).trigger('onChange', true as never)
  await until(() => expect(page.find(Toggle, { name: 'logMails' }).props.checked).toBe(true))
  page.button('Save opt-outs and e-mails').trigger('onClick')
  await until(() => expect(page.find(Select, { name: 'writeOptOuts' }).props.value).toBe('all'))
  expect(page.find(Toggle, { name: 'logMails' }).props.checked).toBe(true)
  page.button('Save opt-outs and e-mails').trigger('onClick')
  await until(() => expect(page.api.saveHubSpotMail).toHaveBeenCalledTimes(2))
  expect(page.api.saveHubSpotMail.mock.calls[1]?.[0]).toMatchObject({
    ...{ writeOptOuts: 'all', logMails: true, revision: 8 },
  })
})
