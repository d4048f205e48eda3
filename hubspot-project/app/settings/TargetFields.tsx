import { MultiSelect, Select, Text } from '@hubspot/ui-extensions'
import type { Target } from '@stagecue/shared/contract/enrollment-policy.ts'
import type { MappingChoices } from '@stagecue/shared/contract/mapping.ts'
import { labelKey, withLabels } from './mapping-rules.ts'

export interface TargetFieldsProps {
  target: Target
  choices: MappingChoices
  readOnly: boolean
  onChange: (target: Target) => void
}

const TARGETS = {
  all: 'All contacts of the deal',
  primary: 'The primary contact',
  labels: 'Contacts with a label',
} as const

/** Who of a deal's contacts is enrolled. */
export function TargetFields({ target, choices, readOnly, onChange }: TargetFieldsProps) {
  const own = target.kind === 'labels' ? target.labels : []
  const gone = own.filter((label) => !choices.labels.some((known) => labelKey(known) === labelKey(label)))
  const choose = (kind: unknown) => {
    if (kind === 'all' || kind === 'primary') onChange({ kind })
    if (kind === 'labels') onChange({ kind, labels: choices.labels.slice(0, 1) })
  }
  return (
    <>
      <Select
        label="Enroll"
        name="target"
        readOnly={readOnly}
        value={target.kind}
        options={Object.entries(TARGETS).map(([value, label]) => ({ label, value }))}
        onChange={choose}
      />
      {target.kind !== 'labels' ? null : choices.labels.length + gone.length === 0 ? (
        <Text>HubSpot has no labels between deals and contacts. Create one there, then open this again.</Text>
      ) : (
        <MultiSelect
          label="Labels"
          name="labels"
          description="A contact needs one of them."
          required={true}
          readOnly={readOnly}
          value={own.map(labelKey)}
          options={[...choices.labels, ...gone].map((label) => ({ label: label.label, value: labelKey(label) }))}
          onChange={(keys) => onChange(withLabels(choices, target, keys.map(String)))}
        />
      )}
    </>
  )
}
