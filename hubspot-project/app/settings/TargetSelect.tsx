import { Select } from '@hubspot/ui-extensions'
import type { Step } from '@stagecue/shared/contract/sequence.ts'
import type { StepTarget } from '@stagecue/shared/contract/step-base.ts'
import { targetOptions } from './step-kinds.ts'

export interface TargetSelectProps {
  label: string
  /** Unique on the page. */
  name: string
  target: StepTarget
  steps: readonly Step[]
  /** Place of the step that leads there, from 0. */
  index: number
  readOnly: boolean
  onChange: (target: StepTarget) => void
}

/** Where a step leads to: the next one, a later one, or the end. */
export function TargetSelect({ label, name, target, steps, index, readOnly, onChange }: TargetSelectProps) {
  return (
    <Select
      label={label}
      name={name}
      readOnly={readOnly}
      value={target}
      options={targetOptions(steps, index, target)}
      onChange={(chosen) => onChange(String(chosen))}
    />
  )
}
