import { Button, DateInput, Flex, Input, Toggle } from '@hubspot/ui-extensions'
import type { OwnDay } from '@stagecue/shared/contract/schedule.ts'
import { changeDay, fromFieldDate, toFieldDate } from './calendar-draft.ts'
import { textEvents } from './text-events.ts'

export interface OwnDayFieldsProps {
  days: readonly OwnDay[]
  /** `YYYY-MM-DD`: where a new day begins. */
  today: string
  readOnly: boolean
  /** Changes are functions of what is there, because two events may come before the page is drawn again. */
  onChange: (edit: (days: readonly OwnDay[]) => OwnDay[]) => void
}

/** Days of the account's own on which nothing goes out. */
export function OwnDayFields({ days, today, readOnly, onChange }: OwnDayFieldsProps) {
  return (
    <Flex direction="column" gap="small">
      {days.map((day, index) => (
        <OwnDayLine
          // Days have no identity but their place: date and name change while they are edited.
          key={String(index)}
          day={day}
          number={index + 1}
          readOnly={readOnly}
          onChange={(patch) => onChange((before) => changeDay(before, index, patch))}
          onRemove={() => onChange((before) => before.filter((_, place) => place !== index))}
        />
      ))}
      {readOnly ? null : (
        <Flex direction="row">
          <Button
            size="xs"
            variant="secondary"
            onClick={() => onChange((before) => [...before, { date: today, name: 'Day off', everyYear: false }])}
          >
            Add a day off
          </Button>
        </Flex>
      )}
    </Flex>
  )
}

interface OwnDayLineProps {
  day: OwnDay
  number: number
  readOnly: boolean
  onChange: (patch: Partial<OwnDay>) => void
  onRemove: () => void
}

function OwnDayLine({ day, number, readOnly, onChange, onRemove }: OwnDayLineProps) {
  return (
    <Flex direction="row" gap="small" align="end" wrap="wrap">
      <DateInput
        label={`Date of day off ${number}`}
        name={`day-off-date-${number}`}
        format="YYYY-MM-DD"
        readOnly={readOnly}
        value={toFieldDate(day.date)}
        onChange={(date) => (date ? onChange({ date: fromFieldDate(date) }) : undefined)}
      />
      <Input
        label={`Name of day off ${number}`}
        name={`day-off-name-${number}`}
        required={true}
        readOnly={readOnly}
        value={day.name}
        {...textEvents((name) => onChange({ name: name.slice(0, 80) }))}
      />
      <Toggle
        label={`Day off ${number} is every year`}
        name={`day-off-yearly-${number}`}
        checked={day.everyYear}
        readOnly={readOnly}
        textChecked="Yes"
        textUnchecked="No"
        onChange={(everyYear) => onChange({ everyYear })}
      />
      {readOnly ? null : (
        <Button size="xs" variant="secondary" onClick={onRemove}>
          Remove day off
        </Button>
      )}
    </Flex>
  )
}
