import { Button, Flex, Panel, PanelBody, Text } from '@hubspot/ui-extensions'
import type { DealCard } from '@stagecue/shared/contract/enrollment.ts'
import { useState } from 'react'
import type { CardApi, CardTools } from './card-tools.ts'
import { StartSequenceForm } from './StartSequenceForm.tsx'

const PANEL = 'start-sequence'

export interface StartSequenceProps {
  deal: DealCard
  api: CardApi
  tools: CardTools
  onChanged: () => void
}

/** The card's one primary action, or why it is not possible now. */
export function StartSequence({ deal, api, tools, onChanged }: StartSequenceProps) {
  // A new key gives the next opening a fresh form. Made at closing: what is told of an opening comes a moment after it, and would
  // take away what a quick person has chosen by then.
  const [closings, setClosings] = useState(0)
  if (deal.connection !== 'connected') return null
  if (deal.sequences.length === 0) {
    return (
      <Text>
        There is no active sequence yet. An administrator can create one under Settings → Integrations → Connected apps
        → Stagecue.
      </Text>
    )
  }
  if (deal.contacts.length === 0) return null

  const nobody = deal.contacts.every((contact) => contact.blocked !== null)
  return (
    <Flex direction="column" gap="extra-small">
      <Button
        variant="primary"
        disabled={nobody}
        overlay={
          <Panel id={PANEL} title="Start a sequence" width="sm" onClose={() => setClosings((count) => count + 1)}>
            <PanelBody>
              <StartSequenceForm
                key={closings}
                deal={deal}
                api={api}
                tools={tools}
                onChanged={onChanged}
                onClose={() => tools.closeOverlay(PANEL)}
              />
            </PanelBody>
          </Panel>
        }
      >
        Start a sequence
      </Button>
      {nobody ? <Text variant="microcopy">None of the contacts can be enrolled; each one says why above.</Text> : null}
    </Flex>
  )
}
