import { useChange } from '@stagecue/app-client'
import type { TabProps } from './settings-tools.ts'
import { ConfirmButton } from './shared-views.ts'

const DIALOG = 'disconnect'

export interface DisconnectButtonProps extends Omit<TabProps, 'mayConfigure'> {
  onChanged: () => void
}

export function DisconnectButton({ api, tools, onChanged }: DisconnectButtonProps) {
  const disconnecting = useChange((_: null, idempotencyKey) => api.disconnect({ idempotencyKey }), {
    makeKey: tools.makeKey,
    onDoubt: onChanged,
    onDone: () => {
      tools.closeOverlay(DIALOG)
      tools.addAlert({ type: 'success', message: 'Stagecue is disconnected.' })
      onChanged()
    },
  })
  return (
    <ConfirmButton
      id={DIALOG}
      label="Disconnect"
      size="sm"
      title="Disconnect Stagecue from this account?"
      confirmLabel="Disconnect"
      error={disconnecting.error}
      busy={disconnecting.busy}
      onOpen={disconnecting.clear}
      onConfirm={() => disconnecting.run(null)}
      closeOverlay={tools.closeOverlay}
    >
      All running sequences stop at once and no further e-mail is sent. The app is uninstalled from this account and
      HubSpot tells your administrators by e-mail. What is on the timelines stays there.
    </ConfirmButton>
  )
}
