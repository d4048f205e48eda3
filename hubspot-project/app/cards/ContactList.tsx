import { Divider, EmptyState, Flex, Text } from '@hubspot/ui-extensions'
import type { DealContact } from '@stagecue/shared/contract/enrollment.ts'
import { Fragment } from 'react'
import { ContactItem } from './ContactItem.tsx'
import type { CardApi, CardTools } from './card-tools.ts'

export interface ContactListProps {
  contacts: readonly DealContact[]
  api: CardApi
  tools: CardTools
  onChanged: () => void
}

export function ContactList({ contacts, api, tools, onChanged }: ContactListProps) {
  if (contacts.length === 0) {
    return (
      <EmptyState title="No contacts on this deal" layout="vertical" imageWidth={120} imageName="contacts">
        <Text>Add a contact to the deal. A sequence that waits for one starts by itself then.</Text>
      </EmptyState>
    )
  }
  return (
    <Flex direction="column" gap="small">
      {contacts.map((contact) => (
        <Fragment key={contact.contactId}>
          <Divider />
          <ContactItem contact={contact} api={api} tools={tools} onChanged={onChanged} />
        </Fragment>
      ))}
      <Divider />
    </Flex>
  )
}
