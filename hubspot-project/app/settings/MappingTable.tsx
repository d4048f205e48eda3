import {
  Button,
  Flex,
  StatusTag,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableHeader,
  TableRow,
  Text,
} from '@hubspot/ui-extensions'
import type { MappingRow } from '@stagecue/shared/contract/mapping.ts'
import { MappingActions } from './MappingActions.tsx'
import type { TabProps } from './settings-tools.ts'

export interface MappingTableProps extends TabProps {
  mappings: readonly MappingRow[]
  onEdit: (mapping: MappingRow) => void
  /** `by`: as it is now; null when it is removed. */
  onChanged: (mapping: MappingRow, by: MappingRow | null) => void
  onDoubt: () => void
}

export function MappingTable(props: MappingTableProps) {
  const { mappings, api, tools, mayConfigure, onEdit, onChanged, onDoubt } = props
  return (
    <Table bordered={true} density="condensed">
      <TableHead>
        <TableRow>
          <TableHeader>Pipeline</TableHeader>
          <TableHeader>Stage</TableHeader>
          <TableHeader>Sequence</TableHeader>
          <TableHeader>State</TableHeader>
          {mayConfigure ? <TableHeader>Actions</TableHeader> : null}
        </TableRow>
      </TableHead>
      <TableBody>
        {mappings.map((mapping) => (
          <TableRow key={`${mapping.pipelineId} ${mapping.stageId}`}>
            <TableCell>{mapping.pipelineLabel}</TableCell>
            <TableCell>{mapping.stageLabel}</TableCell>
            <TableCell>{mapping.sequenceName}</TableCell>
            <TableCell>
              <MappingState mapping={mapping} />
            </TableCell>
            {mayConfigure ? (
              <TableCell>
                <Flex direction="row" gap="extra-small" wrap="wrap">
                  <Button size="xs" variant="secondary" onClick={() => onEdit(mapping)}>
                    Edit
                  </Button>
                  <MappingActions
                    mapping={mapping}
                    api={api}
                    tools={tools}
                    onChanged={(by) => onChanged(mapping, by)}
                    onDoubt={onDoubt}
                  />
                </Flex>
              </TableCell>
            ) : null}
          </TableRow>
        ))}
      </TableBody>
    </Table>
  )
}

function MappingState({ mapping }: { mapping: MappingRow }) {
  if (mapping.state === 'stage_deleted') {
    return (
      <>
        <StatusTag variant="danger">Stage deleted</StatusTag>
        <Text variant="microcopy">HubSpot no longer has this stage. Remove the mapping or map another stage.</Text>
      </>
    )
  }
  if (!mapping.active) return <StatusTag variant="default">Off</StatusTag>
  if (mapping.state === 'sequence_not_active') {
    return (
      <>
        <StatusTag variant="warning">Sequence not active</StatusTag>
        <Text variant="microcopy">Enrolls nobody now. Publish or resume the sequence.</Text>
      </>
    )
  }
  return <StatusTag variant="success">On</StatusTag>
}
