import { Flex, NumberInput, Toggle } from '@hubspot/ui-extensions'
import type { EnrollmentPolicy } from '@stagecue/shared/contract/enrollment-policy.ts'
import { wholeNumber } from './mapping-rules.ts'

type Limit = EnrollmentPolicy['bulkLimit']

export interface BulkFieldsProps {
  limit: Limit
  readOnly: boolean
  onChange: (limit: Limit) => void
}

/** What a new limit begins with. */
const FIRST: NonNullable<Limit> = { entries: 50, minutes: 10 }

/** How many deals may be moved at once before an admin is asked. */
export function BulkFields({ limit, readOnly, onChange }: BulkFieldsProps) {
  return (
    <>
      <Toggle
        label="Ask an admin before a large change enrolls anybody"
        name="bulk"
        checked={limit !== null}
        readOnly={readOnly}
        onChange={(on) => onChange(on ? FIRST : null)}
      />
      {limit === null ? null : (
        <Flex direction="row" gap="small" wrap="wrap">
          <NumberInput
            label="More deals than"
            name="bulk-entries"
            min={1}
            max={10_000}
            precision={0}
            readOnly={readOnly}
            value={limit.entries}
            onChange={(value) => onChange({ ...limit, entries: wholeNumber(value, 1, 10_000) })}
          />
          <NumberInput
            label="Within minutes"
            name="bulk-minutes"
            description="Together with as many minutes in the stage, the whole change is seen before the first mail."
            min={1}
            max={1_440}
            precision={0}
            readOnly={readOnly}
            value={limit.minutes}
            onChange={(value) => onChange({ ...limit, minutes: wholeNumber(value, 1, 1_440) })}
          />
        </Flex>
      )}
    </>
  )
}
