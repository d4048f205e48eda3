import { Input } from '@hubspot/ui-extensions'
import type { ExitStep } from '@stagecue/shared/contract/step-branch.ts'
import type { ChangeStep } from './step-kinds.ts'
import { textEvents } from './text-events.ts'

export interface ExitFieldsProps {
  step: ExitStep
  /** From 1. */
  position: number
  readOnly: boolean
  onChange: ChangeStep<ExitStep>
}

/** Why the sequence ends here; the card shows it. */
export function ExitFields({ step, position, readOnly, onChange }: ExitFieldsProps) {
  return (
    <Input
      label={`Why the sequence ends at step ${position}`}
      name={`reason-${step.id}`}
      required={true}
      readOnly={readOnly}
      value={step.reason}
      {...textEvents((reason) => onChange((before) => ({ ...before, reason: reason.slice(0, 120) })))}
    />
  )
}
