import { Flex, LoadingSpinner, Select, Text } from '@hubspot/ui-extensions'
import { useLoad } from '@stagecue/app-client'
import type { HolidayCountries, ScheduleCalendar } from '@stagecue/shared/contract/schedule.ts'
import { useCallback } from 'react'
import type { SettingsApi } from './settings-tools.ts'
import { LoadFailed } from './shared-views.ts'

export interface HolidayFieldsProps {
  holidays: ScheduleCalendar['holidays']
  api: SettingsApi
  readOnly: boolean
  onChange: (holidays: ScheduleCalendar['holidays']) => void
}

const NONE = 'none'

/** Whose public holidays close a day: a country, and perhaps one of its regions. */
export function HolidayFields({ holidays, api, readOnly, onChange }: HolidayFieldsProps) {
  const [loaded, { reload }] = useLoad(useCallback(() => api.listHolidayCountries(), [api]))
  if (loaded.kind === 'loading') return <LoadingSpinner label="Loading countries" showLabel={true} />
  if (loaded.kind === 'failed') {
    return (
      <Flex direction="column" gap="small">
        <Text>{holidays === null ? 'No holidays are kept.' : `The holidays of ${placeOf(holidays)} are kept.`}</Text>
        <LoadFailed
          title="The countries could not be loaded"
          error={loaded.error}
          reloading={loaded.reloading}
          onTryAgain={reload}
        />
      </Flex>
    )
  }
  const { countries } = loaded.value
  const regions = countries.find(({ code }) => code === holidays?.country)?.regions ?? []
  return (
    <Flex direction="row" gap="small" wrap="wrap">
      <Select
        label="Public holidays of"
        name="holidayCountry"
        readOnly={readOnly}
        value={holidays?.country ?? NONE}
        options={[{ value: NONE, label: 'No country: holidays are days like others' }, ...optionsOf(countries)]}
        onChange={(code) => onChange(code === NONE ? null : { country: String(code), region: null })}
      />
      {holidays === null || regions.length === 0 ? null : (
        <Select
          label="Region"
          name="holidayRegion"
          readOnly={readOnly}
          value={holidays.region ?? NONE}
          options={[{ value: NONE, label: 'The whole country' }, ...optionsOf(regions)]}
          onChange={(code) => onChange({ ...holidays, region: code === NONE ? null : String(code) })}
        />
      )}
    </Flex>
  )
}

function optionsOf(places: HolidayCountries['countries'][number]['regions']) {
  const byName = [...places].sort((a, b) => (a.name < b.name ? -1 : 1))
  return byName.map(({ code, name }) => ({ value: code, label: name }))
}

function placeOf({ country, region }: NonNullable<ScheduleCalendar['holidays']>): string {
  return region === null ? country : `${country}-${region}`
}
