import { Flex, NumberInput, Select } from '@hubspot/ui-extensions'
import type { WaitForDealDate, WaitSpan, WaitStep } from '@stagecue/shared/contract/sequence.ts'
import type { StepPatch } from './sequence-draft.ts'
import { TimeSelect } from './TimeSelect.tsx'
import { isWaitKind, type Side, sideOf, WAIT_KINDS, waitKindOf } from './wait-kinds.ts'
import { isUnit, UNITS } from './wait-units.ts'

const SIDES: { value: Side; label: string }[] = [
  { value: 'before', label: 'Before the close date' },
  { value: 'on', label: 'On the close date' },
  { value: 'after', label: 'After the close date' },
]

export interface WaitFieldsProps {
  step: WaitStep
  position: number
  problem: { field: string; message: string } | null
  readOnly: boolean
  onChange: (patch: StepPatch) => void
}

/** For how long a step waits, or until when. */
export function WaitFields(props: WaitFieldsProps) {
  const { step, position, readOnly, onChange } = props
  return (
    <Flex direction="row" gap="small" wrap="wrap">
      <Select
        label={`What step ${position} waits for`}
        name={`wait-${step.id}`}
        required={true}
        readOnly={readOnly}
        value={waitKindOf(step)}
        options={Object.entries(WAIT_KINDS).map(([value, label]) => ({ label, value }))}
        onChange={(waitKind) => (isWaitKind(waitKind) ? onChange({ waitKind }) : undefined)}
      />
      {'until' in step ? null : <SpanFields {...props} step={step} />}
      {'until' in step && step.until === 'deal_date' ? <DealDateFields {...props} step={step} /> : null}
      {'until' in step ? (
        <TimeSelect
          label={`Time of step ${position}`}
          name={`time-${step.id}`}
          value={step.time}
          readOnly={readOnly}
          onChange={(time) => onChange({ time })}
        />
      ) : null}
    </Flex>
  )
}

function SpanFields({ step, position, problem, readOnly, onChange }: WaitFieldsProps & { step: WaitSpan }) {
  return (
    <>
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
        onChange={(amount) => onChange({ amount: wholeNumber(amount, 0) })}
      />
      <Select
        label={`Unit of step ${position}`}
        name={`unit-${step.id}`}
        required={true}
        readOnly={readOnly}
        value={step.unit}
        options={Object.entries(UNITS).map(([value, label]) => ({ label, value }))}
        onChange={(unit) => (isUnit(unit) ? onChange({ unit }) : undefined)}
      />
    </>
  )
}

function DealDateFields({ step, position, problem, readOnly, onChange }: WaitFieldsProps & { step: WaitForDealDate }) {
  const side = sideOf(step)
  return (
    <>
      {side === 'on' ? null : (
        <NumberInput
          label={`Days in step ${position}`}
          name={`days-${step.id}`}
          required={true}
          min={1}
          max={365}
          precision={0}
          readOnly={readOnly}
          value={Math.abs(step.days)}
          error={problem !== null}
          validationMessage={problem?.message ?? ''}
          onChange={(days) => onChange({ distance: wholeNumber(days, 1) })}
        />
      )}
      <Select
        label={`Before or after in step ${position}`}
        name={`side-${step.id}`}
        required={true}
        readOnly={readOnly}
        value={side}
        options={SIDES}
        onChange={(chosen) => {
          const found = SIDES.find(({ value }) => value === chosen)
          if (found) onChange({ side: found.value })
        }}
      />
    </>
  )
}

/** An emptied field gives no number; the contract takes whole numbers to 365. */
function wholeNumber(amount: unknown, least: 0 | 1): number {
  const number = Number(amount)
  return Number.isFinite(number) ? Math.min(365, Math.max(least, Math.round(number))) : least
}
