import type { SequenceActionsProps } from './SequenceActions.tsx'
import { ConfirmButton } from './shared-views.ts'

/** The ways to take a sequence out of use: at once when nothing runs, after what runs, or by stopping it. */
export function ArchiveButtons({ stored, busy, error, closeOverlay, onOpenDialog, onStatus }: SequenceActionsProps) {
  const { id, name, status, version } = stored
  const shared = { size: 'sm', error, busy, onOpen: onOpenDialog, closeOverlay } as const
  return (
    <>
      {status === 'finishing' ? null : (
        <ConfirmButton
          {...shared}
          id={`archive-${id}`}
          label="Archive"
          title={`Archive “${name}”?`}
          confirmLabel="Archive sequence"
          onConfirm={() => onStatus('archive')}
        >
          Nobody is enrolled in it any more and stages mapped to it start nothing. While enrollments run this is
          refused: let them finish, or stop them.
        </ConfirmButton>
      )}
      {status === 'active' ? (
        <ConfirmButton
          {...shared}
          id={`finish-${id}`}
          label="Let it finish"
          title={`Let “${name}” finish?`}
          confirmLabel="Enroll nobody new"
          onConfirm={() => onStatus('finish')}
        >
          Nobody new is enrolled from now on. Those in it get the rest of their e-mails, and the sequence is archived
          when the last one is through. Paused enrollments keep it from ending until somebody resumes or stops them.
        </ConfirmButton>
      ) : null}
      {version === null ? null : (
        <ConfirmButton
          {...shared}
          id={`stop_and_archive-${id}`}
          label="Stop all and archive"
          title={`Stop everything in “${name}” and archive it?`}
          confirmLabel="Stop all of them"
          variant="destructive"
          onConfirm={() => onStatus('stop_and_archive')}
        >
          Every running enrollment of this sequence is stopped: its contacts get no more of its e-mails. This cannot be
          taken back.
        </ConfirmButton>
      )}
    </>
  )
}
