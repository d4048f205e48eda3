import { Button, Flex, Heading, Select, Text } from '@hubspot/ui-extensions'
import type { Branch, EnrollmentPolicy } from '@stagecue/shared/contract/enrollment-policy.ts'
import type { MappingChoices } from '@stagecue/shared/contract/mapping.ts'
import type { SequenceRow } from '@stagecue/shared/contract/sequence.ts'
import { BranchFields } from './BranchFields.tsx'
import { type ChangeRules, emptyBranch, MAX_BRANCHES } from './mapping-rules.ts'

export interface BranchListProps {
  rules: EnrollmentPolicy
  choices: MappingChoices
  sequences: readonly SequenceRow[]
  readOnly: boolean
  onChange: ChangeRules
}

const OTHERWISE = [
  { label: 'Use the sequence of the mapping', value: 'mapped_sequence' },
  { label: 'Enroll nobody', value: 'nobody' },
]

/** Conditions in order, each with the sequence it leads to: the first that is met decides. */
export function BranchList({ rules, choices, sequences, readOnly, onChange }: BranchListProps) {
  const { branches } = rules
  const change = (index: number, next: (branch: Branch) => Branch | null) =>
    onChange((before) => ({
      ...before,
      branches: before.branches.flatMap((branch, place) => (place === index ? (next(branch) ?? []) : branch)),
    }))
  const add = () => {
    const active = sequences.find(({ status }) => status === 'active') ?? null
    const made = emptyBranch(choices, branches.length + 1, active?.id ?? null)
    if (made) onChange((before) => ({ ...before, branches: [...before.branches, made] }))
  }
  return (
    <Flex direction="column" gap="small">
      <Heading>Branches</Heading>
      <Text>Send some deals or contacts into another sequence. The first branch whose conditions are met decides.</Text>
      {branches.map((branch, index) => (
        <BranchFields
          // A branch has no id and is never reordered.
          // biome-ignore lint/suspicious/noArrayIndexKey: its place is what it is known by.
          key={index}
          branch={branch}
          number={index + 1}
          choices={choices}
          sequences={sequences}
          readOnly={readOnly}
          onChange={(next) => change(index, next)}
        />
      ))}
      <Flex direction="row" gap="small">
        <Button size="xs" variant="secondary" disabled={readOnly || branches.length >= MAX_BRANCHES} onClick={add}>
          Add branch
        </Button>
      </Flex>
      {branches.length === 0 && rules.otherwise === 'mapped_sequence' ? null : (
        <Select
          label="When no branch is met"
          name="otherwise"
          readOnly={readOnly}
          value={rules.otherwise}
          options={OTHERWISE}
          onChange={(value) =>
            onChange((before) => ({ ...before, otherwise: value === 'nobody' ? 'nobody' : 'mapped_sequence' }))
          }
        />
      )}
    </Flex>
  )
}
