import {
  Alert,
  Checkbox,
  Form,
  Input,
  LoadingButton,
  Modal,
  NumberInput,
  TableRow,
  TextArea,
} from '@hubspot/ui-extensions'
import { ApiError } from '@stagecue/app-client'
import { expect, test, vi } from 'vitest'
import type { LateMail, LateMails, StopRow } from '#shared/contract/limits.ts'
import { RULES, SEQUENCE_ID, STEP_RUN_ID, sequence, settings } from './support/fixtures.ts'
import { hubspotMail, hubspotStatus } from './support/number-fixtures.ts'
import { openSettings } from './support/open-settings.tsx'
import { expectQuietConsole } from './support/quiet-console.ts'
import { wordsOf } from './support/screen.ts'
import { OWNERS } from './support/sender-fixtures.ts'
import { APPROVAL } from './support/version-fixtures.ts'

expectQuietConsole()

const until = (check: () => void) => vi.waitFor(check, { timeout: 20_000 })

const stop = (changes: Partial<StopRow> = {}): StopRow => ({
  ...{ sequenceId: null, sequenceName: null, mails: 'all', cause: 'person', reason: 'The wrong list was imported.' },
  ...{ stoppedAt: '2026-11-21T07:00:00Z', stoppedBy: 'boss@acme.example', ...changes },
})

const lateMail: LateMail = {
  ...{ stepRunId: STEP_RUN_ID, dealId: '9001', dealName: 'Engine no. 1', contactName: 'Ada Lovelace', step: 2 },
  ...{ sequenceName: 'Onboarding', plannedFor: '2026-11-18T08:00:00Z', why: 'It is too late to go out on its own.' },
}

test('Stop all sending asks first and passes the reason on', async () => {
  const page = await openSettings('overview')
  await until(() => page.button('Stop all sending'))
  page.find(Input).trigger('onInput', 'A wrong list.' as never)
  const dialog = page.find(Modal, { id: 'stop-all' })
  expect(wordsOf(dialog)).toContain('every e-mail waits until you allow sending again')
  expect(page.api.stopSending).not.toHaveBeenCalled()
  dialog.find(LoadingButton).trigger('onClick')
  await until(() =>
    expect(page.api.stopSending).toHaveBeenCalledExactlyOnceWith(null, {
      reason: 'A wrong list.',
      idempotencyKey: 'key-00001',
    }),
  )
  await until(() => expect(page.closeOverlay).toHaveBeenCalledWith('stop-all'))
})

test('what is stopped says by whom and why, and can be allowed again', async () => {
  const page = await openSettings('overview', { listStops: async () => ({ stops: [stop()] }) })
  await until(() => page.button('Allow again'))
  expect(page.find(Alert).props.title).toBe('Sending is stopped everywhere')
  expect(wordsOf(page.find(Alert))).toContain('The wrong list was imported. By boss@acme.example, Sat 21 Nov, 08:00.')
  expect(page.hasButton('Stop all sending')).toBe(false)
  page.button('Allow again').trigger('onClick')
  await until(() =>
    expect(page.api.allowSending).toHaveBeenCalledExactlyOnceWith(null, {
      cause: 'person',
      idempotencyKey: 'key-00001',
    }),
  )
  // Another stop, a limit or the hours may still keep it back.
  const message =
    'This stop is lifted. What waited for it goes out in its sending hours, unless something else keeps it back.'
  await until(() => expect(page.addAlert).toHaveBeenCalledWith({ type: 'success', message }))
})

test('a sequence’s e-mails are stopped from its editor', async () => {
  const page = await openSettings('sequences', { readSequence: async () => sequence({ status: 'active', version: 1 }) })
  await until(() => page.button('Edit').trigger('onClick'))
  await until(() => page.button('Stop this sequence’s e-mails'))
  page
    .find(Modal, { id: `stop-${SEQUENCE_ID}` })
    .find(LoadingButton)
    .trigger('onClick')
  await until(() =>
    expect(page.api.stopSending).toHaveBeenCalledExactlyOnceWith(SEQUENCE_ID, {
      reason: '',
      idempotencyKey: 'key-00001',
    }),
  )
})

test('what the bounce breaker stopped says how many bounced, and an admin lifts it', async () => {
  const reason = '6 of the last 66 mails of this sequence bounced. Check the addresses first.'
  const tripped = stop({
    sequenceId: SEQUENCE_ID,
    sequenceName: 'Onboarding',
    mails: 'first',
    cause: 'bounces',
    reason,
  })
  const page = await openSettings('overview', {
    listStops: async () => ({ stops: [{ ...tripped, stoppedBy: 'worker' }] }),
  })
  await until(() => page.button('Allow again'))
  expect(page.find(Alert).props.title).toBe('First e-mails are stopped for “Onboarding”')
  expect(wordsOf(page.find(Alert))).toContain(`${reason} By Stagecue, `)
  page.button('Allow again').trigger('onClick')
  await until(() =>
    expect(page.api.allowSending).toHaveBeenCalledExactlyOnceWith(SEQUENCE_ID, {
      cause: 'bounces',
      idempotencyKey: 'key-00001',
    }),
  )
})

const COUNTED_AT = '2026-11-21T06:00:00Z'
const late = (changes: Partial<LateMails> = {}): LateMails => ({
  ...{ count: 1, countedAt: COUNTED_AT, question: '1 mail is too late to be sent on its own.', mails: [lateMail] },
  groups: [{ sequenceName: 'Onboarding', count: 1, underTwoDays: 0, underAWeek: 1, older: 0, maybeSent: 0 }],
  ...changes,
})
const many = late({
  ...{ count: 320, question: '320 mails are too late to be sent on their own.' },
  groups: [
    { sequenceName: 'Onboarding', count: 300, underTwoDays: 200, underAWeek: 90, older: 10, maybeSent: 0 },
    { sequenceName: 'Renewal', count: 20, underTwoDays: 0, underAWeek: 15, older: 5, maybeSent: 0 },
  ],
})

test('late e-mails are asked about with their count and what they are, and all or some are decided', async () => {
  const page = await openSettings('overview', { listLateMails: async () => many })
  await until(() => page.button('Approve all 320'))
  expect(page.screen()).toContain('320 mails are too late to be sent on their own.')
  expect(page.findAll(TableRow).map(wordsOf)).toEqual(
    expect.arrayContaining(['Onboarding 300 200 90 10', 'Renewal 20 0 15 5']),
  )
  expect(page.screen()).toContain('“All” is these 320; what becomes late after this page was loaded keeps waiting.')
  expect(page.screen()).not.toContain('Perhaps sent already')
  expect(page.screen()).toContain('It is too late to go out on its own.')
  page.button('Approve all 320').trigger('onClick')
  await until(() =>
    expect(page.api.decideAllLateMails).toHaveBeenCalledExactlyOnceWith({
      ...{ action: 'approve', countedAt: COUNTED_AT, count: 320 },
      idempotencyKey: 'key-00001',
    }),
  )
  await until(() => expect(page.button('Approve all 320').props.disabled).toBe(false))
  page.find(Checkbox).trigger('onChange', true as never)
  await until(() => page.button('Skip the 1 chosen'))
  page.button('Skip the 1 chosen').trigger('onClick')
  await until(() =>
    expect(page.api.decideLateMails).toHaveBeenCalledExactlyOnceWith({
      action: 'skip',
      stepRunIds: [STEP_RUN_ID],
      idempotencyKey: 'key-00002',
    }),
  )
})

test('late e-mails that could not be decided are named with their reason', async () => {
  const refused = [{ stepRunId: STEP_RUN_ID, contactName: 'Ada Lovelace', why: 'The calendar never opens.' }]
  const page = await openSettings('overview', {
    listLateMails: async () => late({ count: 2 }),
    decideAllLateMails: async () => ({ decided: 1, left: 0, refused }),
  })
  await until(() => page.button('Approve all 2'))
  page.button('Approve all 2').trigger('onClick')
  await until(() =>
    expect(page.addAlert).toHaveBeenCalledExactlyOnceWith({
      type: 'warning',
      message: expect.stringContaining(
        ' 1 could not be decided and waits on the deal’s card. Ada Lovelace: The calendar never opens.',
      ),
    }),
  )
})

test('“all” is what was looked at: nothing that became late since is sent or skipped', async () => {
  const page = await openSettings('overview', { listLateMails: async () => late() })
  await until(() => page.button('Approve all'))
  page.button('Approve all').trigger('onClick')
  await until(() => expect(page.api.decideLateMails).toHaveBeenCalledOnce())
  expect(page.api.decideLateMails.mock.calls[0]?.[0]).toMatchObject({ action: 'approve', stepRunIds: [STEP_RUN_ID] })
  expect(page.api.decideAllLateMails).not.toHaveBeenCalled()
  const message = '1 late e-mail is approved and goes in the sending hours.'
  await until(() => expect(page.addAlert).toHaveBeenCalledWith({ type: 'success', message }))
  // The health of the account counts them, too.
  await until(() => expect(page.api.readSettings).toHaveBeenCalledTimes(2))
})

test('all means all that were counted, however many calls it takes, each with a key of its own', async () => {
  const left = [120, 0]
  const decideAllLateMails = async () => ({ decided: 160, left: left.shift() ?? 0, refused: [] })
  const page = await openSettings('overview', { listLateMails: async () => many, decideAllLateMails })
  await until(() => page.button('Skip all 320'))
  page.button('Skip all 320').trigger('onClick')
  const message = '320 late e-mails are skipped.'
  await until(() => expect(page.addAlert).toHaveBeenCalledExactlyOnceWith({ type: 'success', message }))
  const counted = { action: 'skip', countedAt: COUNTED_AT, count: 320 }
  expect(page.api.decideAllLateMails.mock.calls.map(([input]) => input)).toEqual([
    { ...counted, idempotencyKey: 'key-00001' },
    { ...counted, idempotencyKey: 'key-00001-2' },
  ])
})

test('of what waits after a restored backup the summary says how much was perhaps sent already', async () => {
  const restored = { sequenceName: 'Onboarding', count: 320, underTwoDays: 320, underAWeek: 0, older: 0, maybeSent: 12 }
  const page = await openSettings('overview', { listLateMails: async () => ({ ...many, groups: [restored] }) })
  await until(() => expect(page.screen()).toContain('Perhaps sent already'))
  expect(page.findAll(TableRow).map(wordsOf)).toContain('Onboarding 320 320 0 0 12')
})

test('limits are saved as whole numbers, and an impossible one is named', async () => {
  const page = await openSettings('overview')
  const perDay = () => page.find(NumberInput, { name: 'portalPerDay' })
  await until(() => perDay())
  perDay().trigger('onChange', 1.5 as never)
  await until(() => expect(perDay().props.validationMessage).toBe('Enter a whole number from 0 to 1000000.'))
  perDay().trigger('onChange', 200 as never)
  await until(() => expect(page.button('Save limits').props.disabled).toBe(false))
  page.findAll(Form).at(-1)?.trigger('onSubmit')
  await until(() =>
    expect(page.api.saveRules).toHaveBeenCalledExactlyOnceWith({
      ...RULES,
      portalPerDay: 200,
      idempotencyKey: 'key-00001',
    }),
  )
})

test('who may only look sees what is stopped and late, and changes nothing', async () => {
  const readOnly = settings({ access: { mayConfigure: false, admins: ['boss@acme.example'], revision: 0 } })
  const page = await openSettings('overview', {
    readSettings: async () => readOnly,
    listStops: async () => ({ stops: [stop()] }),
    listLateMails: async () => late(),
  })
  await until(() => expect(page.screen()).toContain('1 mail is too late to be sent on its own.'))
  for (const label of ['Allow again', 'Stop all sending', 'Approve all', 'Skip all', 'Save limits']) {
    expect(page.hasButton(label)).toBe(false)
  }
})

test('what could not be loaded says so and can be asked for again', async () => {
  const page = await openSettings('overview', { listLateMails: () => Promise.reject(new Error('away')) })
  await until(() => expect(page.screen()).toContain('The late e-mails could not be loaded'))
})

/** Answers once. */
function once<T>(value: T) {
  let answered = false
  return async (): Promise<T> => {
    if (answered) throw new ApiError({ code: 'http_502', message: 'Stagecue is away.', happened: 'unknown' })
    answered = true
    return value
  }
}

test('what could not be asked again after a change says that it may be out of date', async () => {
  const page = await openSettings('overview', {
    listStops: once({ stops: [] }),
    readPublishApproval: once(APPROVAL),
    readHubSpotStatus: once(hubspotStatus()),
    readHubSpotMail: once(hubspotMail()),
  })
  const outOfDate = () => page.findAll(Alert, { title: 'This may be out of date' })
  const buttons = [
    'Stop sending',
    'Ask for a second admin’s approval',
    'Write the status to HubSpot',
    'Save opt-outs and e-mails',
  ]
  for (const [place, label] of buttons.entries()) {
    await until(() => page.button(label))
    page.button(label).trigger('onClick')
    await until(() => expect(outOfDate()).toHaveLength(place + 1))
  }

  const owners = await openSettings('mail', { listOwners: once(OWNERS) })
  await until(() => owners.button('Read the owners from HubSpot'))
  owners.button('Read the owners from HubSpot').trigger('onClick')
  await until(() => expect(owners.find(Alert).props.title).toBe('This may be out of date'))

  const places = await openSettings('mappings', {
    listPlaces: once({ places: [{ id: 'new', name: 'New' }], revision: 1 }),
  })
  await until(() => places.find(TextArea, { name: 'places' }))
  places.find(TextArea, { name: 'places' }).trigger('onInput', 'Newer' as never)
  await until(() => expect(places.button('Save places').props.disabled).toBe(false))
  places.button('Save places').trigger('onClick')
  await until(() => expect(places.find(Alert).props.title).toBe('This may be out of date'))
})
