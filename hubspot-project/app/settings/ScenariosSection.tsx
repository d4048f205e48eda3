import {
  Button,
  Flex,
  Heading,
  LoadingButton,
  StatusTag,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableHeader,
  TableRow,
  Text,
} from '@hubspot/ui-extensions'
import { useChange, useLoad } from '@stagecue/app-client'
import type { Scenario, ScenarioResult, Scenarios } from '@stagecue/shared/contract/scenario.ts'
import type { Sequence } from '@stagecue/shared/contract/sequence.ts'
import { useCallback, useEffect, useRef, useState } from 'react'
import { NewScenario } from './NewScenario.tsx'
import type { TabProps } from './settings-tools.ts'
import { LoadFailed, ProblemNotice, StaleNotice } from './shared-views.ts'

export interface ScenariosSectionProps extends TabProps {
  sequence: Sequence
  unsaved: boolean
}

interface Wanted {
  scenarios: Scenario[]
  revision: number
  /** One of them was just written. */
  writes: boolean
}

/** The stories the draft is tried with: each passes or is red with a sentence, and a red one keeps it from being published. */
export function ScenariosSection(props: ScenariosSectionProps) {
  const { sequence, api, tools, mayConfigure, unsaved } = props
  const { id, revision: draft } = sequence
  const [loaded, { reload, take }] = useLoad(useCallback(() => api.readScenarios(id), [api, id]))
  // A saved draft is tried anew; what is being written here stays on screen meanwhile.
  const tried = useRef(draft)
  useEffect(() => {
    if (tried.current === draft) return
    tried.current = draft
    void reload()
  }, [draft, reload])
  /** How many were written here: a story is kept on screen until it is saved, and then its form begins anew. */
  const [written, setWritten] = useState(0)
  const saving = useChange(
    ({ scenarios, revision }: Wanted, idempotencyKey) =>
      scenarios.length > 0
        ? api.saveScenarios(id, { scenarios, revision, idempotencyKey })
        : api.removeScenarios(id, { revision, idempotencyKey }),
    {
      makeKey: tools.makeKey,
      onDone: (answer, { writes }) => {
        take(() => answer)
        if (writes) setWritten((before) => before + 1)
        void reload()
      },
    },
  )
  if (loaded.kind === 'loading') return <Text variant="microcopy">Trying the scenarios …</Text>
  if (loaded.kind === 'failed') {
    return (
      <LoadFailed
        title="The scenarios could not be loaded"
        error={loaded.error}
        reloading={loaded.reloading}
        onTryAgain={reload}
      />
    )
  }
  const { scenarios, results, usual, revision: saved } = loaded.value
  const save = (changed: Scenario[], writes = false) => saving.run({ scenarios: changed, revision: saved, writes })
  const loadAgain = async () => {
    await reload()
    saving.clear()
  }
  const missing = usual.filter(({ name }) => !scenarios.some((scenario) => scenario.name === name))
  const offered = mayConfigure && missing.length > 0
  return (
    <Flex direction="column" gap="small">
      <Heading>Scenarios</Heading>
      <StaleNotice stale={loaded.stale} />
      <Text>{loaded.reloading ? 'Trying the scenarios …' : verdictOf(loaded.value, unsaved)}</Text>
      <Results
        results={results}
        busy={saving.busy}
        onRemove={mayConfigure ? (name) => save(scenarios.filter((scenario) => scenario.name !== name)) : null}
      />
      {offered ? (
        <Flex direction="row">
          <LoadingButton
            size="sm"
            variant="secondary"
            loading={saving.busy}
            disabled={saving.busy}
            onClick={() => save([...scenarios, ...missing])}
          >
            {scenarios.length === 0 ? 'Add the usual scenarios' : 'Add the usual ones that are missing'}
          </LoadingButton>
        </Flex>
      ) : null}
      {mayConfigure ? (
        <NewScenario
          key={written}
          taken={scenarios.map(({ name }) => name)}
          busy={saving.busy}
          onAdd={(scenario) => save([...scenarios, scenario], true)}
        />
      ) : null}
      <ProblemNotice title="The scenarios were not saved" error={saving.error} />
      {saving.error?.code === 'conflict' ? (
        <Flex direction="row">
          <LoadingButton size="xs" loading={loaded.reloading} disabled={loaded.reloading} onClick={loadAgain}>
            Load the scenarios again
          </LoadingButton>
        </Flex>
      ) : null}
    </Flex>
  )
}

function verdictOf({ results }: Scenarios, unsaved: boolean): string {
  const tried = unsaved ? ' They try the saved draft.' : ''
  if (results.length === 0)
    return 'None yet. A scenario is a story the sequence must survive: somebody replies, the clocks change, the deal is lost.'
  const red = results.filter(({ passed }) => !passed).length
  if (red === 0) return `All ${results.length} pass.${tried}`
  return `${red} of ${results.length} ${red === 1 ? 'is' : 'are'} red: the draft cannot be published.${tried}`
}

interface ResultsProps {
  results: readonly ScenarioResult[]
  busy: boolean
  /** Null: not allowed. */
  onRemove: ((name: string) => void) | null
}

function Results({ results, busy, onRemove }: ResultsProps) {
  if (results.length === 0) return null
  return (
    <Table bordered={true} density="condensed">
      <TableHead>
        <TableRow>
          <TableHeader>Scenario</TableHeader>
          <TableHeader>Result</TableHeader>
          {onRemove ? <TableHeader>Action</TableHeader> : null}
        </TableRow>
      </TableHead>
      <TableBody>
        {results.map(({ name, passed, problem }) => (
          <TableRow key={name}>
            <TableCell>{name}</TableCell>
            <TableCell>
              <StatusTag variant={passed ? 'success' : 'danger'}>{passed ? 'Passes' : 'Red'}</StatusTag>
              {problem === null ? null : <Text variant="microcopy">{problem}</Text>}
            </TableCell>
            {onRemove ? (
              <TableCell>
                <Button size="xs" variant="secondary" disabled={busy} onClick={() => onRemove(name)}>
                  Remove scenario
                </Button>
              </TableCell>
            ) : null}
          </TableRow>
        ))}
      </TableBody>
    </Table>
  )
}
