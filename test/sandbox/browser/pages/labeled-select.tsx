import { useId } from 'react'

interface Option {
  id: string
  label: string
}

export interface LabeledSelectProps {
  label: string
  layout: 'inline' | 'stacked'
  value: string
  options: readonly Option[]
  onChange(id: string): void
}

export function LabeledSelect({ label, layout, value, options, onChange }: LabeledSelectProps) {
  const id = useId()
  return (
    <div className={`${layout}-field`}>
      <label htmlFor={id}>{label}</label>
      <select id={id} className="ui-input ui-select" value={value} onChange={(event) => onChange(event.target.value)}>
        {options.map((option) => (
          <option key={option.id} value={option.id}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  )
}
