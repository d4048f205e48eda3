import { Button, Flex, MultiSelect, Toggle } from '@hubspot/ui-extensions'
import type { ScheduleCalendar } from '@stagecue/shared/contract/schedule.ts'
import { addHours, type Hours, hoursOf, officeHours, WEEKDAY_OPTIONS, windowsOf } from './calendar-draft.ts'
import { TimeSelect } from './TimeSelect.tsx'

export interface HoursFieldsProps {
  windows: ScheduleCalendar['windows']
  readOnly: boolean
  /** Changes are functions of what is there, because two events may come before the page is drawn again. */
  onChange: (edit: (windows: ScheduleCalendar['windows']) => ScheduleCalendar['windows']) => void
}

/** Whether e-mails go out at any time, or on which days between which hours. */
export function HoursFields({ windows, readOnly, onChange }: HoursFieldsProps) {
  const lines = hoursOf(windows ?? [])
  const edit = (change: (lines: Hours[]) => Hours[]) => onChange((before) => windowsOf(change(hoursOf(before ?? []))))
  return (
    <Flex direction="column" gap="small">
      <Toggle
        label="Send only during these hours"
        name="hasHours"
        checked={windows !== null}
        readOnly={readOnly}
        textChecked="Yes"
        textUnchecked="No, at any time"
        onChange={(limited) => onChange(() => (limited ? officeHours() : null))}
      />
      {lines.map((line, index) => (
        <HoursLine
          // Lines have no identity but their place: their hours change while they are edited.
          key={String(index)}
          line={line}
          number={index + 1}
          readOnly={readOnly}
          onChange={(patch) =>
            edit((before) => before.map((one, place) => (place === index ? { ...one, ...patch } : one)))
          }
          onRemove={() => edit((before) => before.filter((_, place) => place !== index))}
        />
      ))}
      {windows === null || readOnly ? null : (
        <Flex direction="row">
          <Button size="xs" variant="secondary" onClick={() => onChange((before) => addHours(before ?? []))}>
            Add hours
          </Button>
        </Flex>
      )}
    </Flex>
  )
}

interface HoursLineProps {
  line: Hours
  number: number
  readOnly: boolean
  onChange: (patch: Partial<Hours>) => void
  onRemove: () => void
}

function HoursLine({ line, number, readOnly, onChange, onRemove }: HoursLineProps) {
  return (
    <Flex direction="row" gap="small" align="end" wrap="wrap">
      <MultiSelect
        label={`Days of hours ${number}`}
        name={`hours-days-${number}`}
        readOnly={readOnly}
        value={[...line.days]}
        options={WEEKDAY_OPTIONS}
        onChange={(days) => onChange({ days: days.map(Number).sort() })}
      />
      <TimeSelect
        label={`Hours ${number} from`}
        name={`hours-from-${number}`}
        value={line.from}
        readOnly={readOnly}
        onChange={(from) => onChange({ from })}
      />
      <TimeSelect
        label={`Hours ${number} until`}
        name={`hours-until-${number}`}
        value={line.until}
        end={true}
        readOnly={readOnly}
        onChange={(until) => onChange({ until })}
      />
      {readOnly ? null : (
        <Button size="xs" variant="secondary" onClick={onRemove}>
          Remove hours
        </Button>
      )}
    </Flex>
  )
}
