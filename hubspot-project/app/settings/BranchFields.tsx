import { Button, Flex, Input, Select, Text, Tile } from '@hubspot/ui-extensions'
import type { Branch, Condition } from '@stagecue/shared/contract/enrollment-policy.ts'
import type { MappingChoices } from '@stagecue/shared/contract/mapping.ts'
import type { SequenceRow } from '@stagecue/shared/contract/sequence.ts'
import { ConditionFields } from './ConditionFields.tsx'
import { MAX_CONDITIONS, withProperty } from './mapping-rules.ts'
import { textEvents } from './text-events.ts'

export interface BranchFieldsProps {
  branch: Branch
  /** From 1, as people count. */
  number: number
  choices: MappingChoices
  sequences: readonly SequenceRow[]
  readOnly: boolean
  /** Null removes the branch. */
  onChange: (next: (branch: Branch) => Branch | null) => void
}

const MATCH = [
  { label: 'All conditions are met', value: 'all' },
  { label: 'Any condition is met', value: 'any' },
]
const NOBODY = 'nobody'

export function BranchFields({ branch, number, choices, sequences, readOnly, onChange }: BranchFieldsProps) {
  const { items, match } = branch.when
  const setItems = (change: (before: Branch['when']['items']) => Branch['when']['items']) =>
    onChange((before) => ({ ...before, when: { ...before.when, items: change(before.when.items) } }))
  const replace = (index: number, condition: Condition) =>
    setItems((before) => before.map((item, place) => (place === index ? condition : item)))
  const remove = (index: number) => setItems((before) => before.filter((_, place) => place !== index))
  const add = () => {
    const key = choices.deal[0] ? `deal ${choices.deal[0].name}` : `contact ${choices.contact[0]?.name}`
    const made = withProperty(choices, key)
    if (made) setItems((before) => [...before, made])
  }
  const usable = sequences.filter(({ status, id }) => status !== 'archived' || id === branch.sequenceId)
  return (
    <Tile compact={true}>
      <Flex direction="column" gap="small">
        <Input
          label={`Name of branch ${number}`}
          name={`branch-${number}`}
          required={true}
          readOnly={readOnly}
          value={branch.name}
          {...textEvents((name) => onChange((before) => ({ ...before, name: name.slice(0, 80) })))}
        />
        <Select
          label={`Branch ${number} applies when`}
          name={`match-${number}`}
          readOnly={readOnly}
          value={match}
          options={MATCH}
          onChange={(value) =>
            onChange((before) => ({ ...before, when: { ...before.when, match: value === 'any' ? 'any' : 'all' } }))
          }
        />
        {items.map((item, index) =>
          'conditions' in item ? (
            <Text
              // biome-ignore lint/suspicious/noArrayIndexKey: a condition has no id and is never reordered.
              key={index}
            >{`A group of ${item.conditions.length} conditions, ${item.match} of them; it is kept as it is.`}</Text>
          ) : (
            <ConditionFields
              // biome-ignore lint/suspicious/noArrayIndexKey: a condition has no id and is never reordered.
              key={index}
              name={`${number}-${index + 1}`}
              place={`condition ${index + 1} of branch ${number}`}
              condition={item}
              choices={choices}
              readOnly={readOnly}
              onChange={(condition) => replace(index, condition)}
              onRemove={items.length > 1 ? () => remove(index) : null}
            />
          ),
        )}
        <Select
          label={`Branch ${number} leads to`}
          name={`sequence-${number}`}
          readOnly={readOnly}
          value={branch.sequenceId ?? NOBODY}
          options={[
            { label: 'Nobody is enrolled', value: NOBODY },
            ...usable.map(({ id, name }) => ({ label: name, value: id })),
          ]}
          onChange={(value) =>
            onChange((before) => ({ ...before, sequenceId: value === NOBODY ? null : String(value) }))
          }
        />
        <Flex direction="row" gap="small">
          <Button size="xs" variant="secondary" disabled={readOnly || items.length >= MAX_CONDITIONS} onClick={add}>
            Add condition
          </Button>
          <Button size="xs" variant="secondary" disabled={readOnly} onClick={() => onChange(() => null)}>
            Remove branch
          </Button>
        </Flex>
      </Flex>
    </Tile>
  )
}
