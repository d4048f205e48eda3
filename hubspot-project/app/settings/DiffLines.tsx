import { Flex, List, StatusTag, Text } from '@hubspot/ui-extensions'
import type { DiffLine } from '@stagecue/shared/contract/sequence-version.ts'

const TAGS = {
  added: { label: 'New', variant: 'success' },
  removed: { label: 'Gone', variant: 'danger' },
  moved: { label: 'Moved', variant: 'info' },
  changed: { label: 'Changed', variant: 'warning' },
} as const

/** Differences as they are read, each with the values or lines before and after. */
export function DiffLines({ lines, nothing }: { lines: readonly DiffLine[]; nothing: string }) {
  if (lines.length === 0) return <Text>{nothing}</Text>
  return (
    <Flex direction="column" gap="extra-small">
      {lines.map(({ kind, text, details }) => (
        <Flex key={`${kind} ${text}`} direction="column" gap="extra-small">
          <StatusTag variant={TAGS[kind].variant}>{TAGS[kind].label}</StatusTag>
          <Text>{text}</Text>
          {details.length === 0 ? null : (
            <List variant="unordered-styled">
              {details.map((detail, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: lines of a text may be equal, and their order never changes.
                <Text key={index} variant="microcopy">
                  {detail}
                </Text>
              ))}
            </List>
          )}
        </Flex>
      ))}
    </Flex>
  )
}
