import { Flex, Heading, Text } from '@hubspot/ui-extensions'

export function AdminsList({ admins }: { admins: readonly string[] }) {
  return (
    <Flex direction="column" gap="extra-small">
      <Heading>Who may configure</Heading>
      <Text>{admins.length === 0 ? 'Nobody is listed yet.' : admins.join(', ')}</Text>
    </Flex>
  )
}
