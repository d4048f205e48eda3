import {
  Accordion,
  DateInput,
  ErrorState,
  Input,
  MultiSelect,
  NumberInput,
  Select,
  Tile,
  Toggle,
} from '@hubspot/ui-extensions'
import { ApiError } from '@stagecue/app-client'
import { expect, test, vi } from 'vitest'
import type { HolidayCountries } from '#shared/contract/schedule.ts'
import type { Step } from '#shared/contract/sequence.ts'
import { HOLIDAY_COUNTRIES, sequence } from './support/fixtures.ts'
import { openSettings } from './support/open-settings.tsx'
import { expectQuietConsole } from './support/quiet-console.ts'
import { wordsOf } from './support/screen.ts'

expectQuietConsole()

const until = (check: () => void) => vi.waitFor(check, { timeout: 20_000 })

async function openEditor(answers: Parameters<typeof openSettings>[1] = {}) {
  const page = await openSettings('sequences', answers)
  await until(() => page.button('Edit'))
  page.button('Edit').trigger('onClick')
  await until(() => page.find(Input, { name: 'name' }))
  const select = (name: string, value: string) => page.find(Select, { name }).trigger('onChange', value as never)
  return {
    ...page,
    select,
    toggle: (name: string, on: boolean) => page.find(Toggle, { name }).trigger('onChange', on as never),
    days: (name: string, chosen: number[]) => page.find(MultiSelect, { name }).trigger('onChange', chosen as never),
    /** Saves and gives what was sent. */
    saved: async () => {
      await until(() => expect(page.button('Save draft').props.disabled).toBe(false))
      page.button('Save draft').trigger('onClick')
      await until(() => expect(page.api.saveSequence).toHaveBeenCalled())
      return page.api.saveSequence.mock.calls.at(-1)?.[1].definition
    },
  }
}

test('a sequence without a calendar sends at any time, and opening it changes nothing', async () => {
  const page = await openEditor()
  expect(page.findAll(Accordion).map(({ props }) => props.title)).toContain('Sending hours: at any time')
  expect(page.find(Toggle, { name: 'hasHours' }).props.checked).toBe(false)
  expect(page.button('Save draft').props.disabled).toBe(true)
})

test('sending hours begin as office hours and are changed line by line', async () => {
  const page = await openEditor()
  page.toggle('hasHours', true)
  await until(() => expect(page.find(MultiSelect, { name: 'hours-days-1' }).props.value).toEqual([1, 2, 3, 4, 5]))
  page.days('hours-days-1', [2, 1])
  page.select('hours-from-1', '08:30')
  page.select('hours-until-1', '24:00')
  page.button('Add hours').trigger('onClick')
  await until(() => expect(page.find(MultiSelect, { name: 'hours-days-2' }).props.value).toEqual([6]))
  expect((await page.saved())?.calendar?.windows).toEqual([
    { weekday: 1, from: '08:30', until: '24:00' },
    { weekday: 2, from: '08:30', until: '24:00' },
    { weekday: 6, from: '10:00', until: '14:00' },
  ])
})

test('what cannot be saved is said before', async () => {
  const page = await openEditor()
  page.toggle('hasHours', true)
  await until(() => page.button('Remove hours'))
  page.select('hours-until-1', '07:00')
  page.days('businessDays', [])
  await until(() =>
    expect(page.screen()).toContain('The sending hours from 09:00 to 07:00 do not end after they begin.'),
  )
  expect(page.screen()).toContain('Choose at least one business day.')
  page.button('Remove hours').trigger('onClick')
  await until(() => expect(page.screen()).toContain('Add sending hours, or let e-mails go out at any time.'))
})

test('the time zone is each contact’s, or one for everybody, and a wrong name is refused at its field', async () => {
  const refusal = new ApiError({
    code: 'invalid_input',
    message: '"Berlin" is no known time zone.',
    happened: 'no',
    field: 'definition.calendar.timeZone',
  })
  const page = await openEditor({ saveSequence: vi.fn().mockRejectedValue(refusal) })
  // In the order in which a zone is looked for.
  expect(page.screen()).toContain('gets that of the deal’s owner, else the account’s.')
  page.select('zoneOf', 'everybody')
  await until(() => expect(page.find(Input, { name: 'timeZone' }).props.value).toBe('UTC'))
  page.find(Input, { name: 'timeZone' }).trigger('onInput', 'Berlin' as never)
  expect((await page.saved())?.calendar?.timeZone).toBe('Berlin')
  await until(() => expect(page.find(Input, { name: 'timeZone' }).props.validationMessage).toBe(refusal.message))
})

test('holidays are those of a country, and of a region where it has some', async () => {
  const page = await openEditor()
  await until(() => page.find(Select, { name: 'holidayCountry' }))
  page.select('holidayCountry', 'DE')
  await until(() => page.find(Select, { name: 'holidayRegion' }))
  page.select('holidayRegion', 'BY')
  expect((await page.saved())?.calendar?.holidays).toEqual({ country: 'DE', region: 'BY' })
  page.select('holidayCountry', 'SG')
  await until(() => expect(page.maybeFind(Select, { name: 'holidayRegion' })).toBeNull())
})

test('countries that do not load leave the rest of the editor alone and can be asked for again', async () => {
  const listHolidayCountries = vi
    .fn<() => Promise<HolidayCountries>>()
    .mockRejectedValueOnce(new ApiError({ code: 'no_answer', message: 'There was no answer.', happened: 'no' }))
    .mockResolvedValue(HOLIDAY_COUNTRIES)
  const page = await openEditor({ listHolidayCountries })
  await until(() => expect(page.find(ErrorState).props.title).toBe('The countries could not be loaded'))
  page.button('Try again').trigger('onClick')
  await until(() => page.find(Select, { name: 'holidayCountry' }))
})

test('a day off begins today and can be moved, named, repeated and removed', async () => {
  const page = await openEditor()
  page.button('Add a day off').trigger('onClick')
  await until(() => expect(page.find(DateInput).props.value).toEqual({ year: 2026, month: 10, date: 21 }))
  page.find(DateInput).trigger('onChange', { year: 2026, month: 11, date: 4 } as never)
  page.find(Input, { name: 'day-off-name-1' }).trigger('onInput', 'Works outing' as never)
  page.toggle('day-off-yearly-1', true)
  await until(() => expect(page.find(DateInput).props.value).toEqual({ year: 2026, month: 11, date: 4 }))
  expect((await page.saved())?.calendar?.ownDays).toEqual([
    { date: '2026-12-04', name: 'Works outing', everyYear: true },
  ])
  page.button('Remove day off').trigger('onClick')
  await until(() => expect(page.maybeFind(DateInput)).toBeNull())
})

test('a wait can be for some time, until a time of day, or around the close date', async () => {
  const page = await openEditor()
  const wait = async (): Promise<Step | undefined> => (await page.saved())?.steps[1]
  page.select('unit-pause', 'business_days')
  await until(() => expect(wordsOf(page.findAll(Tile)[2] ?? page.getRootNode())).toContain('e-mail, after step 2'))
  expect(await wait()).toEqual({ id: 'pause', kind: 'wait', amount: 2, unit: 'business_days' })

  page.select('wait-pause', 'time_of_day')
  await until(() => page.find(Select, { name: 'time-pause' }))
  page.select('time-pause', '08:30')
  await until(() => expect(page.find(Select, { name: 'time-pause' }).props.value).toBe('08:30'))
  expect(await wait()).toEqual({ id: 'pause', kind: 'wait', until: 'time_of_day', time: '08:30' })

  page.select('wait-pause', 'deal_date')
  await until(() => expect(page.find(NumberInput, { name: 'days-pause' }).props.value).toBe(3))
  page.find(NumberInput, { name: 'days-pause' }).trigger('onChange', 5 as never)
  await until(() => expect(page.find(NumberInput, { name: 'days-pause' }).props.value).toBe(5))
  const date = { id: 'pause', kind: 'wait', until: 'deal_date', property: 'closedate', time: '08:30' }
  expect(await wait()).toEqual({ ...date, days: -5 })
  page.select('side-pause', 'after')
  await until(() => expect(page.find(Select, { name: 'side-pause' }).props.value).toBe('after'))
  expect(await wait()).toEqual({ ...date, days: 5 })
  page.select('side-pause', 'on')
  await until(() => expect(page.maybeFind(NumberInput, { name: 'days-pause' })).toBeNull())
  expect(await wait()).toEqual({ ...date, days: 0 })
})

test('a stored calendar is shown as it is, hours off the half hour too', async () => {
  const calendar = {
    timeZone: 'Asia/Tokyo',
    windows: [{ weekday: 3, from: '09:10', until: '11:00' }],
    businessDays: [1, 2],
    holidays: { country: 'DE', region: null },
    ownDays: [],
  }
  const page = await openEditor({ readSequence: async () => sequence({ draft: { ...sequence().draft, calendar } }) })
  expect(page.findAll(Accordion).map(({ props }) => props.title)).toContain(
    'Sending hours: on 1 day a week, not on holidays or days off',
  )
  const from = page.find(Select, { name: 'hours-from-1' })
  expect(from.props.value).toBe('09:10')
  expect(from.props.options).toContainEqual({ value: '09:10', label: '09:10' })
  expect(page.button('Save draft').props.disabled).toBe(true)
})
