import { Divider, EmptyState, Flex, Text } from '@hubspot/ui-extensions'
import type { ApiError } from '@stagecue/app-client'
import type { ApprovalRow } from '@stagecue/shared/contract/approval.ts'
import type { MappingRow } from '@stagecue/shared/contract/mapping.ts'
import type { Pipelines } from '@stagecue/shared/contract/pipeline.ts'
import type { SequenceRow } from '@stagecue/shared/contract/sequence.ts'
import { useState } from 'react'
import { Approvals } from './Approvals.tsx'
import { MappingForm } from './MappingForm.tsx'
import { MappingsFooter } from './MappingsFooter.tsx'
import { MappingTable } from './MappingTable.tsx'
import { PlacesSection } from './PlacesSection.tsx'
import type { EditingTabProps } from './settings-tools.ts'
import { StaleNotice } from './shared-views.ts'
import { useUnsaved } from './use-unsaved.ts'

export interface MappingsProps extends EditingTabProps, Pipelines {
  mappings: readonly MappingRow[]
  sequences: readonly SequenceRow[]
  approvals: readonly ApprovalRow[]
  stale: ApiError | null
  onReload: () => void
  /** Some are others by now, by a change from here. */
  onMappings: (change: (before: MappingRow[]) => MappingRow[]) => void
}

export function Mappings(props: MappingsProps) {
  const { mappings, stale, mayConfigure, onReload, onMappings, onUnsaved } = props
  const [editing, setEditing] = useState<MappingRow | 'new' | null>(null)
  const [mapping, setMapping] = useState(false)
  const [places, setPlaces] = useState(false)
  useUnsaved(mapping || places, onUnsaved)
  // The next change is made on what this one made, also when the list cannot be read again.
  const replace = (changed: MappingRow, by: MappingRow | null) =>
    onMappings((before) => before.flatMap((row) => (isSame(row, changed) ? (by ?? []) : row)))
  const onSaved = (saved: MappingRow | null) => {
    setEditing(null)
    if (saved) replace(saved, saved)
    else onReload()
  }
  // The form of another mapping stays; one of this mapping shows what is no longer so.
  const onChanged = (changed: MappingRow, by: MappingRow | null) => {
    setEditing((open) => (open !== null && open !== 'new' && isSame(open, changed) ? null : open))
    replace(changed, by)
  }
  return (
    <Flex direction="column" gap="medium">
      <StaleNotice stale={stale} />
      <Approvals {...props} onAnswered={onReload} />
      <Text>When a deal enters a mapped stage, its contacts are enrolled in the sequence.</Text>
      {mappings.length === 0 && editing === null ? (
        <EmptyState title="No stage is mapped yet" layout="vertical" imageWidth={120}>
          <Text>Create a sequence first, then map the stage that should start it.</Text>
        </EmptyState>
      ) : null}
      {mappings.length === 0 ? null : (
        <MappingTable {...props} onEdit={setEditing} onChanged={onChanged} onDoubt={onReload} />
      )}
      {editing === null ? null : (
        <MappingForm
          key={editing === 'new' ? 'new' : `${editing.pipelineId} ${editing.stageId}`}
          {...props}
          editing={editing === 'new' ? null : editing}
          onSaved={onSaved}
          onCancel={() => setEditing(null)}
          onDoubt={onReload}
          onUnsaved={setMapping}
        />
      )}
      <MappingsFooter
        {...props}
        mayConfigure={mayConfigure && editing === null}
        onAdd={() => setEditing('new')}
        onRefreshed={onReload}
      />
      <Divider />
      <PlacesSection {...props} onUnsaved={setPlaces} />
    </Flex>
  )
}

function isSame(one: MappingRow, other: MappingRow): boolean {
  return one.pipelineId === other.pipelineId && one.stageId === other.stageId
}
