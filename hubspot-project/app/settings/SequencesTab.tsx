import { LoadingSpinner } from '@hubspot/ui-extensions'
import { useLoad } from '@stagecue/app-client'
import type { Sequence } from '@stagecue/shared/contract/sequence.ts'
import { useCallback, useState } from 'react'
import { SequenceEditor } from './SequenceEditor.tsx'
import { SequenceList } from './SequenceList.tsx'
import type { TabProps } from './settings-tools.ts'
import { LoadFailed } from './shared-views.ts'

export interface SequencesTabProps extends TabProps {
  onUnsaved: (unsaved: boolean) => void
}

/** The list of sequences, or one of them open in the editor. */
export function SequencesTab(props: SequencesTabProps) {
  const [open, setOpen] = useState<Opened | null>(null)
  const close = () => {
    props.onUnsaved(false)
    setOpen(null)
  }
  if (open === null) return <SequenceList {...props} onOpen={setOpen} />
  if (open.sequence !== null) {
    return <SequenceEditor {...props} sequence={open.sequence} onClose={close} />
  }
  return <StoredSequence {...props} sequenceId={open.sequenceId} onClose={close} />
}

/** A sequence just created comes along; one from the list is read first. */
export interface Opened {
  sequenceId: string
  sequence: Sequence | null
}

function StoredSequence(props: SequencesTabProps & { sequenceId: string; onClose: () => void }) {
  const { api, sequenceId } = props
  const [loaded, { reload }] = useLoad(useCallback(() => api.readSequence(sequenceId), [api, sequenceId]))
  if (loaded.kind === 'loading') return <LoadingSpinner label="Loading sequence" showLabel={true} layout="centered" />
  if (loaded.kind === 'failed') {
    return (
      <LoadFailed
        title="The sequence could not be loaded"
        error={loaded.error}
        reloading={loaded.reloading}
        onTryAgain={reload}
      />
    )
  }
  return <SequenceEditor {...props} sequence={loaded.value} />
}
