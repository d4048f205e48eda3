import {
  Accordion,
  Button,
  DescriptionList,
  DescriptionListItem,
  Flex,
  Heading,
  List,
  StatusTag,
  Text,
} from '@hubspot/ui-extensions'
import type { Formats } from '@stagecue/app-client'
import type { Health, HealthFinding } from '@stagecue/shared/contract/installation.ts'
import { FaultyStepsButton } from './FaultyStepsButton.tsx'
import type { TabProps } from './settings-tools.ts'

const LEVELS = {
  ok: { label: 'OK', color: 'success' },
  warning: { label: 'Warning', color: 'warning' },
  danger: { label: 'Problem', color: 'danger' },
} as const

export interface HealthSectionProps extends TabProps {
  health: Health | null
  onCheckAgain: () => void
}

/** Whether events arrive and mail goes out, with what to do where it does not. */
export function HealthSection({ health, onCheckAgain, ...tab }: HealthSectionProps) {
  const failing = health?.findings.find(({ code }) => code === 'steps_failing')
  return (
    <Flex direction="column" gap="small">
      <Heading>Health</Heading>
      {health === null ? (
        <Text>Nothing to report before Stagecue is connected.</Text>
      ) : (
        <>
          <Findings findings={health.findings} />
          {failing && tab.mayConfigure ? (
            <FaultyStepsButton {...tab} finding={failing.message} onChanged={onCheckAgain} />
          ) : null}
          <DescriptionList direction="row">
            {numbersOf(health, tab.tools.formats).map(([label, value]) => (
              <DescriptionListItem key={label} label={label}>
                {value}
              </DescriptionListItem>
            ))}
          </DescriptionList>
          <Accordion title="Webhook and subscriptions" size="xs">
            <Text>{health.webhookUrl}</Text>
            <List variant="unordered-styled">
              {health.subscriptions.map((subscription) => (
                <Text key={subscription}>{subscription}</Text>
              ))}
            </List>
          </Accordion>
        </>
      )}
      <Flex direction="row">
        <Button size="xs" variant="secondary" onClick={onCheckAgain}>
          Check again
        </Button>
      </Flex>
    </Flex>
  )
}

function Findings({ findings }: { findings: readonly HealthFinding[] }) {
  if (findings.length === 0) return <Text>No problems found.</Text>
  return (
    <Flex direction="column" gap="extra-small">
      {findings.map(({ code, level, message }) => (
        <Flex key={`${code} ${message}`} direction="row" gap="small" align="start">
          <StatusTag variant={LEVELS[level].color}>{LEVELS[level].label}</StatusTag>
          <Text>{message}</Text>
        </Flex>
      ))}
    </Flex>
  )
}

function numbersOf(health: Health, formats: Formats): [label: string, value: string][] {
  return [
    [
      'Last event from HubSpot',
      health.lastEventAt === null ? 'None yet' : formats.momentAndDistance(health.lastEventAt),
    ],
    ['Events in 24 hours', String(health.eventsLastDay)],
    ['Events waiting', String(health.pendingEvents)],
    ['Events failed', String(health.failedEvents)],
    ['E-mails overdue', String(health.duePastSteps)],
    ['E-mails held', String(health.heldSteps)],
    ['E-mails unconfirmed', String(health.unconfirmedMails)],
    ['Calls to HubSpot in 24 hours', `${health.hubspotCallsLastDay}, ${health.hubspotErrorsLastDay} failed`],
  ]
}
