import { Flex, Heading, List, LoadingSpinner, Select, Text } from '@hubspot/ui-extensions'
import { useLoad } from '@stagecue/app-client'
import { useCallback, useState } from 'react'
import { DiffLines } from './DiffLines.tsx'
import type { TabProps } from './settings-tools.ts'
import { LoadFailed } from './shared-views.ts'

export interface VersionDetailsProps extends Pick<TabProps, 'api'> {
  sequenceId: string
  version: number
  /** What it can be compared with besides the draft. */
  others: readonly number[]
}

/** The steps of a version with their texts, and how the draft or another version differs from it. */
export function VersionDetails({ sequenceId, version, others, api }: VersionDetailsProps) {
  const [to, setTo] = useState('draft')
  const load = useCallback(
    async () => ({
      version: await api.readVersion(sequenceId, version),
      diff: await api.diffVersions(sequenceId, { from: String(version), to }),
    }),
    [api, sequenceId, version, to],
  )
  const [loaded, { reload }] = useLoad(load)
  if (loaded.kind === 'loading') return <LoadingSpinner label={`Loading version ${version}`} showLabel={true} />
  if (loaded.kind === 'failed') {
    return (
      <LoadFailed
        title={`Version ${version} could not be loaded`}
        error={loaded.error}
        reloading={loaded.reloading}
        onTryAgain={reload}
      />
    )
  }
  const { outline, definition } = loaded.value.version
  return (
    <Flex direction="column" gap="small">
      <Heading>{`Version ${version}`}</Heading>
      <List variant="ordered-styled">
        {outline.map((line, index) => {
          const step = definition.steps[index]
          return (
            <Flex key={step?.id ?? line} direction="column">
              <Text>{line}</Text>
              {step?.kind === 'email' ? <Text variant="microcopy">{step.body}</Text> : null}
            </Flex>
          )
        })}
      </List>
      <Select
        label={`What changes from version ${version} to`}
        name="compare-with"
        value={to}
        options={[
          { label: 'the draft', value: 'draft' },
          ...others.map((other) => ({ label: `version ${other}`, value: String(other) })),
        ]}
        onChange={(value) => setTo(typeof value === 'string' ? value : 'draft')}
      />
      <DiffLines lines={loaded.value.diff.lines} nothing="Nothing: both say the same." />
    </Flex>
  )
}
