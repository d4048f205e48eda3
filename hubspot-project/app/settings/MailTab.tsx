import { Divider, Flex, LoadingSpinner } from '@hubspot/ui-extensions'
import { useLoad } from '@stagecue/app-client'
import { useCallback, useEffect, useState } from 'react'
import { SenderForm } from './SenderForm.tsx'
import { SendersSection } from './SendersSection.tsx'
import type { TabProps } from './settings-tools.ts'
import { LoadFailed, StaleNotice } from './shared-views.ts'

/** Who the e-mails come from. */
export function MailTab({ onUnsaved, ...shared }: TabProps & { onUnsaved: (unsaved: boolean) => void }) {
  const { api } = shared
  const [loaded, { reload }] = useLoad(useCallback(() => api.readSender(), [api]))
  const [account, setAccount] = useState(false)
  const [mailbox, setMailbox] = useState(false)
  useEffect(() => onUnsaved(account || mailbox), [account, mailbox, onUnsaved])
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
  return (
    <Flex direction="column" gap="large">
      <StaleNotice stale={loaded.stale} />
      <SenderForm sender={loaded.value} onUnsaved={setAccount} onDoubt={reload} {...shared} />
      <Divider />
      <SendersSection onUnsaved={setMailbox} {...shared} />
    </Flex>
  )
}
