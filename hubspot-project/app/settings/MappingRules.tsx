import { Flex, LoadingSpinner, NumberInput, Select, Toggle } from '@hubspot/ui-extensions'
import { useLoad } from '@stagecue/app-client'
import type { EnrollmentPolicy } from '@stagecue/shared/contract/enrollment-policy.ts'
import type { SequenceRow } from '@stagecue/shared/contract/sequence.ts'
import { useCallback } from 'react'
import { BranchList } from './BranchList.tsx'
import { BulkFields } from './BulkFields.tsx'
import { type ChangeRules, wholeNumber } from './mapping-rules.ts'
import type { SettingsApi } from './settings-tools.ts'
import { LoadFailed } from './shared-views.ts'
import { TargetFields } from './TargetFields.tsx'

export interface MappingRulesProps {
  rules: EnrollmentPolicy
  sequences: readonly SequenceRow[]
  api: Pick<SettingsApi, 'listMappingChoices'>
  readOnly: boolean
  onChange: ChangeRules
}

const PASSING = { nobody: 'Enroll nobody', enroll: 'Enroll its contacts all the same' } as const
const BACK = { enroll: 'Enroll its contacts', nobody: 'Enroll nobody' } as const
const AGAIN = {
  once: 'Once per deal, ever',
  once_at_a_time: 'Again, but not while the sequence runs',
  every_entry: 'At every entry; a running sequence starts over',
} as const

/** Who of a deal is enrolled, when and when not. Properties and labels are read from HubSpot when this opens. */
export function MappingRules({ rules, sequences, api, readOnly, onChange }: MappingRulesProps) {
  const [loaded, { reload }] = useLoad(useCallback(() => api.listMappingChoices(), [api]))
  if (loaded.kind === 'loading') return <LoadingSpinner label="Reading properties and labels" showLabel={true} />
  if (loaded.kind === 'failed') {
    const title = 'HubSpot’s properties and labels could not be read'
    return <LoadFailed title={title} error={loaded.error} reloading={loaded.reloading} onTryAgain={reload} />
  }
  const choices = loaded.value
  const set = (patch: Partial<EnrollmentPolicy>) => onChange((before) => ({ ...before, ...patch }))
  const shared = { choices, readOnly }
  return (
    <Flex direction="column" gap="small">
      <TargetFields {...shared} target={rules.target} onChange={(target) => set({ target })} />
      <NumberInput
        label="Minutes the deal must have been in the stage"
        name="dwell"
        description="0 enrolls at once."
        min={0}
        max={43_200}
        precision={0}
        readOnly={readOnly}
        value={rules.dwellMinutes}
        onChange={(value) => set({ dwellMinutes: wholeNumber(value, 0, 43_200) })}
      />
      <Words
        label="A deal that has left the stage again"
        name="passing"
        words={PASSING}
        value={rules.passingThrough}
        readOnly={readOnly}
        onChange={(passingThrough) => set({ passingThrough })}
      />
      <Words
        label="A deal that comes back from a later stage"
        name="back"
        words={BACK}
        value={rules.movingBack}
        readOnly={readOnly}
        onChange={(movingBack) => set({ movingBack })}
      />
      <Words
        label="A contact may be enrolled"
        name="again"
        words={AGAIN}
        value={rules.reEntry}
        readOnly={readOnly}
        onChange={(reEntry) => set({ reEntry })}
      />
      <NumberInput
        label="Days between two sequences of a contact"
        name="cool-down"
        description="Counted from the end of the last one, whichever it was. 0 for none."
        min={0}
        max={365}
        precision={0}
        readOnly={readOnly}
        value={rules.coolDownDays}
        onChange={(value) => set({ coolDownDays: wholeNumber(value, 0, 365) })}
      />
      <Toggle
        label="Only contacts who are in no other sequence"
        name="exclusive"
        checked={rules.exclusive}
        readOnly={readOnly}
        onChange={(exclusive) => set({ exclusive })}
      />
      <BulkFields limit={rules.bulkLimit} readOnly={readOnly} onChange={(bulkLimit) => set({ bulkLimit })} />
      <BranchList {...shared} rules={rules} sequences={sequences} onChange={onChange} />
    </Flex>
  )
}

interface WordsProps<T extends string> {
  label: string
  name: string
  words: Readonly<Record<T, string>>
  value: T
  readOnly: boolean
  onChange: (value: T) => void
}

/** One of a few settings, each in words. */
function Words<T extends string>({ label, name, words, value, readOnly, onChange }: WordsProps<T>) {
  const isOne = (chosen: unknown): chosen is T => typeof chosen === 'string' && chosen in words
  return (
    <Select
      label={label}
      name={name}
      readOnly={readOnly}
      value={value}
      options={Object.entries<string>(words).map(([word, text]) => ({ label: text, value: word }))}
      onChange={(chosen) => (isOne(chosen) ? onChange(chosen) : undefined)}
    />
  )
}
