import { Flex, NumberInput, Select } from '@hubspot/ui-extensions'
import type { WaitStep } from '@stagecue/shared/contract/sequence.ts'
import type { StepPatch } from './sequence-draft.ts'

const UNITS = { minutes: 'Minutes', hours: 'Hours', days: 'Days' } as const

export interface WaitFieldsProps {
  step: WaitStep
  position: number
  problem: { field: string; message: string } | null
  readOnly: boolean
  onChange: (patch: StepPatch) => void
}

export function WaitFields({ step, position, problem, readOnly, onChange }: WaitFieldsProps) {
  const setAmount = (amount: number) => onChange({ amount: wholeAmount(amount) })
  return (
    <Flex direction="row" gap="small" wrap="wrap">
      <NumberInput
        label={`Wait in step ${position}`}
        name={`amount-${step.id}`}
        required={true}
        min={0}
        max={365}
        precision={0}
        readOnly={readOnly}
        value={step.amount}
        error={problem !== null}
        validationMessage={problem?.message ?? ''}
        onChange={setAmount}
      />
      <Select
        label={`Unit of step ${position}`}
        name={`unit-${step.id}`}
        required={true}
        readOnly={readOnly}
        value={step.unit}
        options={Object.entries(UNITS).map(([value, label]) => ({ label, value }))}
        onChange={(value) => (isUnit(value) ? onChange({ unit: value }) : undefined)}
      />
    </Flex>
  )
}

/** An emptied field gives no number; the contract takes whole numbers from 0 to 365. */
function wholeAmount(amount: unknown): number {
  const number = Number(amount)
  return Number.isFinite(number) ? Math.min(365, Math.max(0, Math.round(number))) : 0
}

function isUnit(value: unknown): value is WaitStep['unit'] {
  return typeof value === 'string' && value in UNITS
}
