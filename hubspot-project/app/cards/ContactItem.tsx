import { Accordion, Flex, Text } from '@hubspot/ui-extensions'
import type { DealContact, EnrollmentRow } from '@stagecue/shared/contract/enrollment.ts'
import type { CardApi, CardTools } from './card-tools.ts'
import { EnrollmentItem } from './EnrollmentItem.tsx'

export interface ContactItemProps {
  contact: DealContact
  api: CardApi
  tools: CardTools
  onChanged: () => void
}

/** One contact: who it is, what runs or needs a person, and what is over. */
export function ContactItem({ contact, api, tools, onChanged }: ContactItemProps) {
  const open = contact.enrollments.filter(isOpen)
  const over = contact.enrollments.filter((enrollment) => !isOpen(enrollment))
  const item = (enrollment: EnrollmentRow) => (
    <EnrollmentItem
      key={enrollment.id}
      enrollment={enrollment}
      contactName={contact.name}
      api={api}
      tools={tools}
      onChanged={onChanged}
    />
  )
  return (
    <Flex direction="column" gap="small">
      <Flex direction="column" gap="flush">
        <Text format={{ fontWeight: 'bold' }}>{contact.name}</Text>
        <Text variant="microcopy">{contact.email ?? 'No e-mail address'}</Text>
        {contact.place === null ? null : <Text variant="microcopy">Place: {contact.place}</Text>}
      </Flex>
      {contact.blocked === null ? null : <Text>Cannot be enrolled: {contact.blocked}</Text>}
      {contact.enrollments.length === 0 && contact.blocked === null ? <Text>Not in a sequence.</Text> : null}
      {open.map(item)}
      {over.length === 0 ? null : (
        <Accordion title={`Finished sequences (${over.length})`} size="xs">
          <Flex direction="column" gap="small">
            {over.map(item)}
          </Flex>
        </Accordion>
      )}
    </Flex>
  )
}

function isOpen(enrollment: EnrollmentRow): boolean {
  return enrollment.status === 'active' || enrollment.status === 'paused' || enrollment.attention !== null
}
