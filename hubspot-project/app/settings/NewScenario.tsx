import { Button, Flex, Input, NumberInput, Select, Text } from '@hubspot/ui-extensions'
import type { Scenario, ScenarioHappening } from '@stagecue/shared/contract/scenario.ts'
import { useState } from 'react'
import { textEvents } from './text-events.ts'

export interface NewScenarioProps {
  taken: readonly string[]
  busy: boolean
  onAdd: (scenario: Scenario) => void
}

const HAPPENINGS = {
  replies: 'The contact replies',
  bounces: 'The mail bounces',
  complains: 'The contact reports it as spam',
  unsubscribes: 'The contact unsubscribes',
  leaves_stage: 'The deal leaves the stage',
  deal_deleted: 'The deal is deleted',
  owner_changes: 'The deal gets another owner',
} as const
type Kind = keyof typeof HAPPENINGS

const OUTCOMES = {
  quiet: 'No e-mail goes out afterwards',
  completed: 'The sequence goes on to its end',
} as const
type Outcome = keyof typeof OUTCOMES

/** A story of one's own: one thing that happens after one of the mails, and what must come of it. */
export function NewScenario({ taken, busy, onAdd }: NewScenarioProps) {
  const [open, setOpen] = useState(false)
  const [name, setName] = useState('')
  const [kind, setKind] = useState<Kind>('replies')
  const [mail, setMail] = useState(1)
  const [outcome, setOutcome] = useState<Outcome>('quiet')
  if (!open) {
    return (
      <Flex direction="row">
        <Button size="sm" variant="secondary" onClick={() => setOpen(true)}>
          Write a scenario
        </Button>
      </Flex>
    )
  }
  const given = name.trim()
  const problem = given === '' ? 'Give it a name.' : isTaken(given, taken) ? 'Another scenario has this name.' : null
  const add = () => onAdd(scenarioOf(given, { kind, afterMail: mail, minutes: 1 }, outcome))
  return (
    <Flex direction="column" gap="small">
      <Input label="Name of the scenario" name="scenario-name" value={name} {...textEvents(setName)} />
      <Select
        label="What happens"
        name="scenario-happens"
        value={kind}
        options={Object.entries(HAPPENINGS).map(([value, label]) => ({ label, value }))}
        onChange={(value) => (isKind(value) ? setKind(value) : undefined)}
      />
      <NumberInput
        label="After which e-mail"
        name="scenario-mail"
        min={1}
        max={30}
        value={mail}
        onChange={(value) => setMail(Math.min(30, Math.max(1, Math.round(value ?? 1))))}
      />
      <Select
        label="What must come of it"
        name="scenario-outcome"
        value={outcome}
        options={Object.entries(OUTCOMES).map(([value, label]) => ({ label, value }))}
        onChange={(value) => (value === 'quiet' || value === 'completed' ? setOutcome(value) : undefined)}
      />
      <Flex direction="row" gap="small" align="center">
        <Button size="sm" variant="primary" disabled={busy || problem !== null} onClick={add}>
          Add scenario
        </Button>
        <Button size="sm" variant="secondary" onClick={() => setOpen(false)}>
          Cancel
        </Button>
        {problem === null ? null : <Text variant="microcopy">{problem}</Text>}
      </Flex>
    </Flex>
  )
}

function isTaken(name: string, taken: readonly string[]): boolean {
  return taken.some((other) => other.toLowerCase() === name.toLowerCase())
}

function isKind(value: unknown): value is Kind {
  return typeof value === 'string' && value in HAPPENINGS
}

/** On an ordinary Tuesday, with every value there. */
function scenarioOf(name: string, happening: ScenarioHappening, outcome: Outcome): Scenario {
  return {
    name,
    given: {
      start: '2027-02-02T10:00',
      timeZone: 'Europe/Berlin',
      closesInDays: 370,
      contact: { firstname: 'Ada', lastname: 'Lovelace', company: 'Engines Ltd', phone: '+49 30 5550100' },
      deal: { name: 'Difference engine', amount: '12000' },
    },
    happens: [happening],
    expect: {
      insideWindows: true,
      ...(outcome === 'quiet' ? { quietDays: 10_000 } : { ends: { status: 'completed' as const } }),
    },
  }
}
