import { Flex, Tab, Tabs } from '@hubspot/ui-extensions'
import type { ReactNode } from 'react'

const TITLES = {
  steps: 'Steps',
  rules: 'Rules and hours',
  trial: 'Try it out',
  history: 'Versions and file',
} as const

/** The parts of the editor, of which one is looked at. All of them stay, so that nothing typed or asked for is lost. */
export function SequenceTabs(parts: Record<keyof typeof TITLES, ReactNode>) {
  return (
    <Tabs defaultSelected="steps" variant="enclosed">
      {Object.entries(TITLES).map(([id, title]) => (
        <Tab key={id} tabId={id} title={title}>
          <Flex direction="column" gap="medium">
            {parts[id as keyof typeof TITLES]}
          </Flex>
        </Tab>
      ))}
    </Tabs>
  )
}
