import { Accordion, Flex, Text } from '@hubspot/ui-extensions'
import { type Formats, uniqueKeys } from '@stagecue/app-client'
import type { ActivityRow } from '@stagecue/shared/contract/enrollment.ts'

const BY = { hubspot: 'HubSpot', person: 'A user', stagecue: 'Stagecue', recipient: 'The contact' } as const

export function ActivitySection({ activity, formats }: { activity: readonly ActivityRow[]; formats: Formats }) {
  const keys = uniqueKeys(activity.map(({ at, text }) => `${at} ${text}`))
  return (
    <Accordion title={`Activity (${activity.length})`} size="sm">
      {activity.length === 0 ? (
        <Text>Nothing happened yet.</Text>
      ) : (
        <Flex direction="column" gap="small">
          {activity.map((row, place) => (
            <Flex key={keys[place]} direction="column" gap="flush">
              <Text>{row.text}</Text>
              <Text variant="microcopy">
                {formats.moment(row.at)} · {row.who ?? BY[row.by]}
              </Text>
            </Flex>
          ))}
        </Flex>
      )}
    </Accordion>
  )
}
