import { Button, Flex } from '@hubspot/ui-extensions'
import type { Sequence } from '@stagecue/shared/contract/sequence.ts'
import { useState } from 'react'
import { ExportSection } from './ExportSection.tsx'
import { MoveSection } from './MoveSection.tsx'
import type { TabProps } from './settings-tools.ts'
import { VersionList } from './VersionList.tsx'

export interface SequenceHistoryProps extends TabProps {
  stored: Sequence
  unsaved: boolean
  /** The draft is another one now. */
  onReplaced: (sequence: Sequence) => void
}

/** Versions, moves between them, and the file of a sequence: seldom needed, so they are asked for when they are opened. */
export function SequenceHistory(props: SequenceHistoryProps) {
  const { stored, unsaved, api, tools } = props
  const [open, setOpen] = useState<'versions' | 'file' | null>(null)
  const [moveTo, setMoveTo] = useState<number | null>(null)
  const show = (part: 'versions' | 'file') => {
    setMoveTo(null)
    setOpen(open === part ? null : part)
  }
  return (
    <Flex direction="column" gap="small">
      <Flex direction="row" gap="small" wrap="wrap">
        {stored.version === null ? null : (
          <Button size="xs" variant="secondary" onClick={() => show('versions')}>
            {open === 'versions' ? 'Hide versions' : 'Versions'}
          </Button>
        )}
        <Button size="xs" variant="secondary" onClick={() => show('file')}>
          {open === 'file' ? 'Hide the file' : 'Export as a file'}
        </Button>
      </Flex>
      {open === 'versions' && moveTo === null ? <VersionList {...props} onMove={setMoveTo} /> : null}
      {open === 'versions' && moveTo !== null ? (
        <MoveSection {...props} sequenceId={stored.id} version={moveTo} onClose={() => setMoveTo(null)} />
      ) : null}
      {open === 'file' ? (
        // A saved draft is another file.
        <ExportSection key={stored.revision} sequenceId={stored.id} unsaved={unsaved} api={api} tools={tools} />
      ) : null}
    </Flex>
  )
}
