import { Select } from '@hubspot/ui-extensions'
import { timeOptions } from './calendar-draft.ts'

export interface TimeSelectProps {
  label: string
  name: string
  value: string
  /** Also offers 24:00, the end of the day. */
  end?: boolean
  readOnly: boolean
  onChange: (time: string) => void
}

/** A time of day in half hours. */
export function TimeSelect({ label, name, value, end = false, readOnly, onChange }: TimeSelectProps) {
  return (
    <Select
      label={label}
      name={name}
      required={true}
      readOnly={readOnly}
      value={value}
      options={timeOptions(value, end)}
      onChange={(time) => onChange(String(time))}
    />
  )
}
