import { Flex, LoadingButton, Text } from '@hubspot/ui-extensions'
import type { ApiError } from '@stagecue/app-client'
import type { ChangeSequenceStatus, Sequence } from '@stagecue/shared/contract/sequence.ts'
import { ArchiveButtons } from './ArchiveButtons.tsx'

export interface SequenceActionsProps {
  stored: Sequence
  unsaved: boolean
  /** Nothing keeps the draft from being published. */
  ready: boolean
  saving: boolean
  busy: boolean
  error: ApiError | null
  closeOverlay: (id: string) => void
  onOpenDialog: () => void
  onSave: () => Promise<void>
  onStatus: (action: ChangeSequenceStatus['action']) => Promise<void>
}

/** Save and publish, of which the next one to do is the primary button, and what else a sequence's state allows. */
export function SequenceActions(props: SequenceActionsProps) {
  const { stored, unsaved, ready, saving, busy, onSave, onStatus } = props
  const { status, version, hasUnpublishedChanges } = stored
  const publishable = (version === null || hasUnpublishedChanges) && status !== 'archived' && status !== 'finishing'
  return (
    <Flex direction="column" gap="extra-small">
      <Flex direction="row" gap="small" wrap="wrap">
        <LoadingButton
          size="sm"
          variant={unsaved ? 'primary' : 'secondary'}
          loading={saving}
          disabled={!unsaved || busy}
          onClick={onSave}
        >
          Save draft
        </LoadingButton>
        {publishable ? (
          <LoadingButton
            size="sm"
            variant={unsaved ? 'secondary' : 'primary'}
            disabled={unsaved || !ready || busy}
            onClick={() => onStatus('publish')}
          >
            Publish
          </LoadingButton>
        ) : null}
        <StatusButtons {...props} />
      </Flex>
      {publishable && unsaved ? <Text variant="microcopy">Save the draft before you publish it.</Text> : null}
      {version !== null && publishable ? (
        <Text variant="microcopy">
          Contacts already enrolled keep the version they started with; a new version is for new enrollments.
        </Text>
      ) : null}
    </Flex>
  )
}

function StatusButtons(props: SequenceActionsProps) {
  const { stored, busy, onStatus } = props
  const { status } = stored
  return (
    <>
      {status === 'active' ? (
        <LoadingButton size="sm" variant="secondary" disabled={busy} onClick={() => onStatus('pause')}>
          Pause sequence
        </LoadingButton>
      ) : null}
      {status === 'paused' || status === 'finishing' ? (
        <LoadingButton size="sm" variant="secondary" disabled={busy} onClick={() => onStatus('resume')}>
          {status === 'paused' ? 'Resume sequence' : 'Take back into use'}
        </LoadingButton>
      ) : null}
      {status === 'archived' ? null : <ArchiveButtons {...props} />}
    </>
  )
}
