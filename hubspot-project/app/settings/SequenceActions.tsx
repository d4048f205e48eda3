import { Flex, LoadingButton, Text } from '@hubspot/ui-extensions'
import type { ApiError } from '@stagecue/app-client'
import type { ChangeSequenceStatus, Sequence } from '@stagecue/shared/contract/sequence.ts'
import { ConfirmButton } from './shared-views.ts'

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
  const publishable = (version === null || hasUnpublishedChanges) && status !== 'archived'
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

function StatusButtons({ stored, busy, error, closeOverlay, onOpenDialog, onStatus }: SequenceActionsProps) {
  const { id, name, status } = stored
  return (
    <>
      {status === 'active' ? (
        <LoadingButton size="sm" variant="secondary" disabled={busy} onClick={() => onStatus('pause')}>
          Pause sequence
        </LoadingButton>
      ) : null}
      {status === 'paused' ? (
        <LoadingButton size="sm" variant="secondary" disabled={busy} onClick={() => onStatus('resume')}>
          Resume sequence
        </LoadingButton>
      ) : null}
      {status === 'archived' ? null : (
        <ConfirmButton
          id={`archive-${id}`}
          label="Archive"
          size="sm"
          title={`Archive “${name}”?`}
          confirmLabel="Archive sequence"
          error={error}
          busy={busy}
          onOpen={onOpenDialog}
          onConfirm={() => onStatus('archive')}
          closeOverlay={closeOverlay}
        >
          Nobody is enrolled in it any more and stages mapped to it start nothing. Running enrollments are listed on
          their deals, where they can be stopped.
        </ConfirmButton>
      )}
    </>
  )
}
