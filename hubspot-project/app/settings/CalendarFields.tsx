import { Accordion, Flex, Input, MultiSelect, Select, Text } from '@hubspot/ui-extensions'
import type { ApiError } from '@stagecue/app-client'
import type { ScheduleCalendar } from '@stagecue/shared/contract/schedule.ts'
import { WEEKDAY_OPTIONS } from './calendar-draft.ts'
import { HolidayFields } from './HolidayFields.tsx'
import { HoursFields } from './HoursFields.tsx'
import { OwnDayFields } from './OwnDayFields.tsx'
import type { TabProps } from './settings-tools.ts'
import { textEvents } from './text-events.ts'

export interface CalendarFieldsProps extends Omit<TabProps, 'mayConfigure'> {
  calendar: ScheduleCalendar
  /** The last refusal; one about the time zone is shown at its field. */
  problem: ApiError | null
  readOnly: boolean
  onChange: (edit: (calendar: ScheduleCalendar) => ScheduleCalendar) => void
}

const EVERYBODY = 'everybody'
const EACH = 'each'

/** When the sequence's e-mails may go out, and whose clock counts. */
export function CalendarFields({ calendar, problem, readOnly, api, tools, onChange }: CalendarFieldsProps) {
  const { windows, businessDays, holidays, ownDays, timeZone } = calendar
  const change = (patch: Partial<ScheduleCalendar>) => onChange((before) => ({ ...before, ...patch }))
  const wrongZone = problem?.field === 'definition.calendar.timeZone' ? problem.message : ''
  return (
    <Accordion title={`Sending hours: ${summaryOf(calendar)}`} size="xs">
      <Flex direction="column" gap="medium">
        <Text>
          An e-mail that is due at another time waits for the next sending hours. The deal card says until when.
        </Text>
        <HoursFields
          windows={windows}
          readOnly={readOnly}
          onChange={(edit) => onChange((before) => ({ ...before, windows: edit(before.windows) }))}
        />
        <Select
          label="Time zone"
          name="zoneOf"
          description="A contact whose time zone HubSpot does not know gets that of the deal’s owner, else the account’s."
          readOnly={readOnly}
          value={timeZone === null ? EACH : EVERYBODY}
          options={[
            { value: EACH, label: 'Each contact’s own' },
            { value: EVERYBODY, label: 'The same for everybody' },
          ]}
          onChange={(value) => change({ timeZone: value === EACH ? null : 'UTC' })}
        />
        {timeZone === null ? null : (
          <Input
            label="Time zone for everybody"
            name="timeZone"
            description="For example Europe/Berlin or America/New_York."
            required={true}
            readOnly={readOnly}
            value={timeZone}
            error={wrongZone !== ''}
            validationMessage={wrongZone}
            {...textEvents((zone) => change({ timeZone: zone.slice(0, 64) }))}
          />
        )}
        <MultiSelect
          label="Business days"
          name="businessDays"
          description="What a wait of business days counts. Holidays and days off never count."
          required={true}
          readOnly={readOnly}
          value={[...businessDays]}
          options={WEEKDAY_OPTIONS}
          onChange={(days) => change({ businessDays: days.map(Number).sort() })}
        />
        <HolidayFields
          holidays={holidays}
          api={api}
          readOnly={readOnly}
          onChange={(places) => change({ holidays: places })}
        />
        <OwnDayFields
          days={ownDays}
          today={tools.formats.today()}
          readOnly={readOnly}
          onChange={(edit) => onChange((before) => ({ ...before, ownDays: edit(before.ownDays) }))}
        />
      </Flex>
    </Accordion>
  )
}

/** "at any time", "on 5 days a week", with what closes a day. */
function summaryOf({ windows, holidays, ownDays }: ScheduleCalendar): string {
  const days = new Set(windows?.map(({ weekday }) => weekday)).size
  const hours = windows === null ? 'at any time' : `on ${days} ${days === 1 ? 'day' : 'days'} a week`
  return holidays === null && ownDays.length === 0 ? hours : `${hours}, not on holidays or days off`
}
