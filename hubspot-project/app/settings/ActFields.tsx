import { Flex, Input, LoadingSpinner, Select, Text } from '@hubspot/ui-extensions'
import { useLoad } from '@stagecue/app-client'
import type { SetPlaceStep, SetPropertyStep } from '@stagecue/shared/contract/sequence.ts'
import { useCallback } from 'react'
import type { ActPatch, ActStep } from './act-draft.ts'
import type { SettingsApi } from './settings-tools.ts'
import { LoadFailed } from './shared-views.ts'
import { TaskFields } from './TaskFields.tsx'
import { textEvents } from './text-events.ts'

interface FieldsProps<T extends ActStep> {
  step: T
  position: number
  problem: { field: string; message: string } | null
  readOnly: boolean
  onChange: (patch: ActPatch) => void
}

export interface ActFieldsProps extends FieldsProps<ActStep> {
  api: SettingsApi
}

/** The fields of a step that acts. */
export function ActFields({ step, api, ...rest }: ActFieldsProps) {
  switch (step.kind) {
    case 'task':
      return <TaskFields step={step} {...rest} />
    case 'set_property':
      return <PropertyFields step={step} {...rest} />
    case 'set_place':
      return <PlaceFields step={step} api={api} {...rest} />
  }
}

const OBJECTS = [
  { value: 'deal', label: 'The deal' },
  { value: 'contact', label: 'The contact' },
] as const

function PropertyFields({ step, position, problem, readOnly, onChange }: FieldsProps<SetPropertyStep>) {
  const at = (field: string) => (problem?.field === field ? problem.message : '')
  return (
    <Flex direction="column" gap="small">
      <Select
        label={`Whose property step ${position} sets`}
        name={`object-${step.id}`}
        required={true}
        readOnly={readOnly}
        value={step.object}
        options={OBJECTS.map(({ value, label }) => ({ value, label }))}
        onChange={(value) => {
          const found = OBJECTS.find((object) => object.value === value)
          if (found) onChange({ object: found.value })
        }}
      />
      <Input
        label={`Property of step ${position}`}
        name={`property-${step.id}`}
        description="HubSpot’s internal name, for example hs_lead_status."
        required={true}
        readOnly={readOnly}
        value={step.property}
        error={at('property') !== ''}
        validationMessage={at('property')}
        {...textEvents((property) => onChange({ property: property.replace(/[^A-Za-z0-9_]/g, '').slice(0, 100) }))}
      />
      <Input
        label={`Value of step ${position}`}
        name={`value-${step.id}`}
        description="HubSpot’s internal value where it is a choice. Merge fields may be used; empty clears the property."
        readOnly={readOnly}
        value={step.value}
        error={at('value') !== ''}
        validationMessage={at('value')}
        {...textEvents((value) => onChange({ value: value.slice(0, 2000) }))}
      />
    </Flex>
  )
}

function PlaceFields({
  step,
  position,
  problem,
  readOnly,
  onChange,
  api,
}: FieldsProps<SetPlaceStep> & { api: SettingsApi }) {
  const [loaded, { reload }] = useLoad(useCallback(() => api.listPlaces(), [api]))
  if (loaded.kind === 'loading') return <LoadingSpinner label="Loading places" showLabel={true} />
  if (loaded.kind === 'failed') {
    return (
      <LoadFailed
        title="The places could not be loaded"
        error={loaded.error}
        reloading={loaded.reloading}
        onTryAgain={reload}
      />
    )
  }
  const { places } = loaded.value
  if (places.length === 0) return <Text>There is no place yet. Name them on the Mappings tab.</Text>
  const known = places.some(({ id }) => id === step.stageId)
  return (
    <Select
      label={`Place of step ${position}`}
      name={`place-${step.id}`}
      required={true}
      readOnly={readOnly}
      value={step.stageId}
      error={problem !== null || (step.stageId !== '' && !known)}
      validationMessage={
        problem?.message ?? (step.stageId !== '' && !known ? 'This place is not on the list any more.' : '')
      }
      options={places.map(({ id, name }) => ({ value: id, label: name }))}
      onChange={(stageId) => onChange({ stageId: String(stageId) })}
    />
  )
}
