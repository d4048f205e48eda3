import { Button, Flex, Heading, StatusTag, Text } from '@hubspot/ui-extensions'
import type { DealContact, StartResult } from '@stagecue/shared/contract/enrollment.ts'

export interface StartResultsProps {
  results: StartResult['results']
  contacts: readonly DealContact[]
  onClose: () => void
}

/** What became of each chosen contact. */
export function StartResults({ results, contacts, onClose }: StartResultsProps) {
  const nameOf = (contactId: string) =>
    contacts.find((contact) => contact.contactId === contactId)?.name ?? `Contact ${contactId}`
  const enrolled = results.filter((result) => result.enrolled).length
  return (
    <Flex direction="column" gap="medium">
      <Heading>
        {enrolled} of {results.length} enrolled
      </Heading>
      {results.map((result) => (
        <Flex key={result.contactId} direction="column" gap="extra-small">
          <Text format={{ fontWeight: 'demibold' }}>{nameOf(result.contactId)}</Text>
          <StatusTag variant={result.enrolled ? 'success' : 'warning'}>
            {result.enrolled ? 'Enrolled' : 'Not enrolled'}
          </StatusTag>
          <Text>{result.message}</Text>
        </Flex>
      ))}
      <Button variant="primary" onClick={onClose}>
        Done
      </Button>
    </Flex>
  )
}
