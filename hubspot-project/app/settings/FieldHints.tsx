import { Accordion, DescriptionList, DescriptionListItem, Flex, Text } from '@hubspot/ui-extensions'
import type { Sequence } from '@stagecue/shared/contract/sequence.ts'

/** The merge fields a subject or text may use, each with what it becomes. */
export function FieldHints({ fields }: { fields: Sequence['fields'] }) {
  if (fields.length === 0) return null
  return (
    <Accordion title={`Merge fields you can use (${fields.length})`} size="xs">
      <Flex direction="column" gap="small">
        <Text>Write them in a subject or text exactly as shown; each recipient sees their own value.</Text>
        <DescriptionList direction="column">
          {fields.map(({ name, example }) => (
            <DescriptionListItem key={name} label={`{{ ${name} }}`}>
              {`For example: ${example}`}
            </DescriptionListItem>
          ))}
        </DescriptionList>
      </Flex>
    </Accordion>
  )
}
