import { Button, Flex, Heading, LoadingSpinner, Text } from '@hubspot/ui-extensions'
import { useLoad } from '@stagecue/app-client'
import type { SenderRow, Senders } from '@stagecue/shared/contract/sender.ts'
import { useCallback, useState } from 'react'
import { DomainsSection } from './DomainsSection.tsx'
import { MailboxForm } from './MailboxForm.tsx'
import { OwnersSection } from './OwnersSection.tsx'
import { SenderTable } from './SenderTable.tsx'
import type { TabProps } from './settings-tools.ts'
import { LoadFailed, StaleNotice } from './shared-views.ts'

export interface SendersSectionProps extends TabProps {
  onUnsaved: (unsaved: boolean) => void
}

/** Everybody e-mails come from, their domains, and whose deals they write for. */
export function SendersSection(props: SendersSectionProps) {
  const { api } = props
  const [loaded, { reload, take }] = useLoad(useCallback(() => api.listSenders(), [api]))
  // The next change is made on what this one made, also when the list cannot be read again.
  const onTaken = (senders: Senders) => {
    take(() => senders)
    void reload()
  }
  return (
    <Flex direction="column" gap="small">
      <Heading>Senders</Heading>
      <Text>
        An e-mail comes from the sender of the deal’s owner, else from the default. Who has written to a contact goes on
        writing.
      </Text>
      {loaded.kind === 'loading' ? <LoadingSpinner label="Loading senders" showLabel={true} /> : null}
      {loaded.kind === 'failed' ? (
        <LoadFailed
          title="The senders could not be loaded"
          error={loaded.error}
          reloading={loaded.reloading}
          onTryAgain={reload}
        />
      ) : null}
      {loaded.kind === 'ready' ? (
        <>
          <StaleNotice stale={loaded.stale} />
          <SendersView {...props} senders={loaded.value} onChanged={reload} onTaken={onTaken} />
        </>
      ) : null}
    </Flex>
  )
}

function SendersView({
  senders,
  onChanged,
  onTaken,
  onUnsaved,
  ...shared
}: SendersSectionProps & { senders: Senders; onChanged: () => void; onTaken: (senders: Senders) => void }) {
  /** The sender that is being changed; `new` for one that is being added. */
  const [editing, setEditing] = useState<SenderRow | 'new' | null>(null)
  const close = () => setEditing(null)
  if (editing !== null) {
    const saved = (answer: Senders) => {
      close()
      onTaken(answer)
    }
    // As the list has it by now.
    const sender = editing === 'new' ? null : (senders.senders.find(({ id }) => id === editing.id) ?? editing)
    return (
      <MailboxForm
        {...shared}
        sender={sender}
        onSaved={saved}
        onClose={close}
        onUnsaved={onUnsaved}
        onDoubt={onChanged}
      />
    )
  }
  return (
    <Flex direction="column" gap="medium">
      <SenderTable
        {...shared}
        senders={senders.senders}
        defaultRevision={senders.defaultRevision}
        onEdit={setEditing}
        onChanged={onChanged}
        onTaken={onTaken}
      />
      {shared.mayConfigure ? (
        <Flex direction="row">
          <Button size="sm" variant="secondary" onClick={() => setEditing('new')}>
            New sender
          </Button>
        </Flex>
      ) : null}
      <DomainsSection {...shared} domains={senders.domains} onChanged={onChanged} onTaken={onTaken} />
      <OwnersSection {...shared} senders={senders.senders} />
    </Flex>
  )
}
