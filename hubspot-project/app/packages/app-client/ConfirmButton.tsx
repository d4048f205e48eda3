/** @jsxRuntime classic */
// biome-ignore lint/correctness/noUnusedImports: what this file's JSX is compiled to.
import React from 'react'
import type { ApiError } from './api-error.ts'
import { createProblemNotice } from './notices.tsx'
import type { Sdk } from './sdk.ts'
import type { Change } from './use-change.ts'

export interface ConfirmButtonProps {
  /** Unique on the page. */
  id: string
  label: string
  title: string
  /** What will happen, as sentences. */
  children: string
  /** What the confirming button says, e.g. "Stop sequence". */
  confirmLabel: string
  error: ApiError | null
  busy: boolean
  disabled?: boolean
  variant?: 'secondary' | 'destructive' | 'transparent'
  size?: 'xs' | 'sm' | 'md'
  onConfirm: () => void
  onOpen: Change<never>['clear']
  closeOverlay: (id: string) => void
}

/** A quiet button that asks before it does something that cannot be taken back; the loud one is in the dialog. The caller closes the dialog when it worked. */
export function createConfirmButton(sdk: Sdk) {
  const { Button, LoadingButton, Modal, ModalBody, ModalFooter, Text } = sdk
  const ProblemNotice = createProblemNotice(sdk)
  return function ConfirmButton(props: ConfirmButtonProps) {
    const { id, label, title, children, confirmLabel, error, busy, onConfirm, onOpen, closeOverlay } = props
    return (
      <Button
        variant={props.variant ?? 'secondary'}
        size={props.size ?? 'xs'}
        disabled={(props.disabled ?? false) || busy}
        overlay={
          <Modal id={id} title={title} variant="danger" width="sm" onOpen={onOpen}>
            <ModalBody>
              <Text>{children}</Text>
              <ProblemNotice title="This did not work" error={error} />
            </ModalBody>
            <ModalFooter>
              <LoadingButton variant="destructive" loading={busy} disabled={busy} onClick={onConfirm}>
                {confirmLabel}
              </LoadingButton>
              <Button variant="secondary" disabled={busy} onClick={() => closeOverlay(id)}>
                Cancel
              </Button>
            </ModalFooter>
          </Modal>
        }
      >
        {label}
      </Button>
    )
  }
}
