import { Flex, Form, LoadingButton, Text } from '@hubspot/ui-extensions'
import { useChange } from '@stagecue/app-client'
import type { DealContact, StartResult } from '@stagecue/shared/contract/enrollment.ts'
import { useState } from 'react'
import { StartResults } from './StartResults.tsx'
import type { StartSequenceProps } from './StartSequence.tsx'
import { StartSequenceFields } from './StartSequenceFields.tsx'
import { ProblemNotice } from './shared-views.ts'

/** Chooses a sequence and contacts, starts once, and shows what became of each contact. */
export function StartSequenceForm({
  deal,
  api,
  tools,
  onChanged,
  onClose,
}: StartSequenceProps & { onClose: () => void }) {
  const able = deal.contacts.filter((contact) => contact.blocked === null).map((contact) => contact.contactId)
  const only = deal.sequences.length === 1 ? deal.sequences[0] : undefined
  const [sequenceId, setSequenceId] = useState(only?.id ?? '')
  // Only a lone contact is chosen beforehand: nobody should get mail because a box was ticked for them.
  const [chosen, setChosen] = useState<string[]>(able.length === 1 ? able : [])
  const [results, setResults] = useState<StartResult['results'] | null>(null)

  const contactIds = chosen.filter((contactId) => able.includes(contactId))
  const starting = useChange(
    (input: { sequenceId: string; contactIds: string[] }, idempotencyKey) =>
      api.startSequence(deal.deal.dealId, { ...input, idempotencyKey }),
    {
      makeKey: tools.makeKey,
      seen: runsOf(deal.contacts),
      onDoubt: onChanged,
      onDone: (answer) => {
        setResults(answer.results)
        onChanged()
      },
    },
  )
  if (results !== null) return <StartResults results={results} contacts={deal.contacts} onClose={onClose} />

  const ready = sequenceId !== '' && contactIds.length > 0
  const start = () => (ready ? starting.run({ sequenceId, contactIds }) : undefined)
  return (
    <Form preventDefault={true} onSubmit={start}>
      <Flex direction="column" gap="medium">
        <StartSequenceFields
          deal={deal}
          sequenceId={sequenceId}
          contactIds={contactIds}
          readOnly={starting.busy}
          onSequence={setSequenceId}
          onContacts={setChosen}
        />
        <ProblemNotice title="The sequence was not started" error={starting.error} />
        <LoadingButton type="submit" variant="primary" loading={starting.busy} disabled={!ready || starting.busy}>
          {contactIds.length > 1 ? `Start for ${contactIds.length} contacts` : 'Start'}
        </LoadingButton>
        {ready ? null : <Text variant="microcopy">Choose a sequence and at least one contact.</Text>}
      </Flex>
    </Form>
  )
}

/** What runs for whom: once that is another, a start is another one. Dates that move are not. */
function runsOf(contacts: readonly DealContact[]) {
  return contacts.map(({ enrollments }) => enrollments.map(({ id, status }) => [id, status]))
}
