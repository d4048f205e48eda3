import { Flex, Heading, NumberInput, Text, Toggle } from '@hubspot/ui-extensions'
import type { SequenceDefinition } from '@stagecue/shared/contract/sequence.ts'
import { MAX_HOLD_OUT, measuringOf } from './measuring-draft.ts'
import type { ChangeDefinition } from './sequence-draft.ts'

export interface MeasuringFieldsProps {
  definition: SequenceDefinition
  readOnly: boolean
  onDefinition: ChangeDefinition
}

/** What is measured: clicks, opens, and a group that gets no mails. All of it is off until somebody switches it on. */
export function MeasuringFields({ definition, readOnly, onDefinition }: MeasuringFieldsProps) {
  const { clicks, opens, holdOutPercent } = measuringOf(definition)
  const track = (change: { clicks?: boolean; opens?: boolean }) =>
    onDefinition((before) => {
      const { clicks, opens } = measuringOf(before)
      return { ...before, tracking: { clicks, opens, ...change } }
    })
  return (
    <Flex direction="column" gap="small">
      <Heading>Measuring</Heading>
      <Text>
        Tracking records what a person does with an e-mail. In many countries it needs that person’s consent: ask
        whoever looks after privacy in your company before you switch it on. It holds for e-mails of the version you
        publish.
      </Text>
      <Toggle
        label="Count clicks on links (links lead through Stagecue’s address)"
        name="trackClicks"
        checked={clicks}
        readOnly={readOnly}
        textChecked="Yes"
        textUnchecked="No"
        onChange={(value) => track({ clicks: value })}
      />
      <Toggle
        label="Count opens (unreliable: many mail programs load pictures unread, or never)"
        name="trackOpens"
        checked={opens}
        readOnly={readOnly}
        textChecked="Yes"
        textUnchecked="No"
        onChange={(value) => track({ opens: value })}
      />
      <NumberInput
        label="Percent of deals that get no e-mails, to compare with"
        name="holdOutPercent"
        description="Of the deals a stage would enroll, chosen once for each deal. Numbers then says what the sequence changes. 0: none. A sequence started by hand takes no notice of it."
        min={0}
        max={MAX_HOLD_OUT}
        precision={0}
        readOnly={readOnly}
        value={holdOutPercent}
        onChange={(value) => onDefinition((before) => ({ ...before, holdOutPercent: Number(value) }))}
      />
    </Flex>
  )
}
