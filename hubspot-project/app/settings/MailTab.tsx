import { LoadingSpinner } from '@hubspot/ui-extensions'
import { useLoad } from '@stagecue/app-client'
import { useCallback } from 'react'
import { SenderForm } from './SenderForm.tsx'
import type { TabProps } from './settings-tools.ts'
import { LoadFailed } from './shared-views.ts'

/** Who the e-mails come from. */
export function MailTab({ onUnsaved, ...shared }: TabProps & { onUnsaved: (unsaved: boolean) => void }) {
  const { api } = shared
  const [loaded, { reload }] = useLoad(useCallback(() => api.readSender(), [api]))
  if (loaded.kind === 'loading') return <LoadingSpinner label="Loading sender" showLabel={true} layout="centered" />
  if (loaded.kind === 'failed') {
    return (
      <LoadFailed
        title="The sender could not be loaded"
        error={loaded.error}
        reloading={loaded.reloading}
        onTryAgain={reload}
      />
    )
  }
  return <SenderForm sender={loaded.value} onUnsaved={onUnsaved} {...shared} />
}
