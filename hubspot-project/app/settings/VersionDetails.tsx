import { Flex, Heading, List, LoadingSpinner, Text } from '@hubspot/ui-extensions'
import { useLoad } from '@stagecue/app-client'
import { useCallback } from 'react'
import { DiffLines } from './DiffLines.tsx'
import type { TabProps } from './settings-tools.ts'
import { LoadFailed } from './shared-views.ts'

export interface VersionDetailsProps extends Pick<TabProps, 'api'> {
  sequenceId: string
  version: number
}

/** The steps of a version with their texts, and how the draft differs from it. */
export function VersionDetails({ sequenceId, version, api }: VersionDetailsProps) {
  const load = useCallback(
    async () => ({
      version: await api.readVersion(sequenceId, version),
      diff: await api.diffVersions(sequenceId, { from: String(version), to: 'draft' }),
    }),
    [api, sequenceId, version],
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
      <Heading>{`From version ${version} to the draft`}</Heading>
      <DiffLines lines={loaded.value.diff.lines} nothing="The draft says the same." />
    </Flex>
  )
}
