import { Alert, Flex, Heading, List, LoadingButton, LoadingSpinner, Text } from '@hubspot/ui-extensions'
import { useLoad } from '@stagecue/app-client'
import type { PreflightFinding } from '@stagecue/shared/contract/preflight.ts'
import type { Sequence } from '@stagecue/shared/contract/sequence.ts'
import { useCallback, useEffect, useState } from 'react'
import { RealPreview } from './RealPreview.tsx'
import { type Sample, SamplePicker } from './SamplePicker.tsx'
import type { TabProps } from './settings-tools.ts'
import { LoadFailed, StaleNotice } from './shared-views.ts'

export interface GoLiveSectionProps extends Omit<TabProps, 'mayConfigure'> {
  /** As it is saved. */
  sequence: Sequence
  /** What is on screen is not what was saved. */
  unsaved: boolean
  /** Something would make a wrong mail, so that our backend would refuse to publish it. */
  onBlocked: (blocked: boolean) => void
}

/** What to look at before a sequence goes live: findings, each mail with a real contact's values, and a test mail. */
export function GoLiveSection({ sequence, unsaved, api, tools, onBlocked }: GoLiveSectionProps) {
  const { id, revision } = sequence
  const [sample, setSample] = useState<Sample | null>(null)
  const [loaded, { reload }] = useLoad(
    // biome-ignore lint/correctness/useExhaustiveDependencies: a save makes another draft, which is looked at anew.
    useCallback(
      () => api.readPreflight(id, sample === null ? {} : { dealId: sample.dealId, contactId: sample.contactId }),
      [api, id, revision, sample],
    ),
  )
  const findings = loaded.kind === 'ready' ? loaded.value.findings : []
  const blocked = findings.some(({ severity }) => severity === 'error')
  useEffect(() => onBlocked(blocked), [blocked, onBlocked])

  return (
    <Flex direction="column" gap="small">
      <Heading>Before it goes live</Heading>
      {unsaved ? (
        <Text variant="microcopy">This is about the saved draft. Save to have your changes looked at.</Text>
      ) : null}
      <SamplePicker sample={sample} api={api} onSample={setSample} />
      {loaded.kind === 'loading' ? <LoadingSpinner label="Looking at the draft" showLabel={true} size="xs" /> : null}
      {loaded.kind === 'failed' ? (
        <LoadFailed
          title="The draft could not be looked at"
          error={loaded.error}
          reloading={loaded.reloading}
          onTryAgain={reload}
        />
      ) : null}
      {loaded.kind === 'ready' ? (
        <Flex direction="column" gap="extra-small">
          <StaleNotice stale={loaded.stale} />
          <Findings findings={findings} />
          <Flex direction="row">
            <LoadingButton size="xs" loading={loaded.reloading} disabled={loaded.reloading} onClick={reload}>
              Look again
            </LoadingButton>
          </Flex>
        </Flex>
      ) : null}
      <RealPreview sequence={sequence} sample={sample} api={api} tools={tools} />
    </Flex>
  )
}

function Findings({ findings }: { findings: readonly PreflightFinding[] }) {
  const of = (severity: PreflightFinding['severity']) => findings.filter((finding) => finding.severity === severity)
  if (findings.length === 0) return <Text>Nothing was found that should be changed.</Text>
  return (
    <Flex direction="column" gap="small">
      <FindingList title="It cannot be published like this" variant="danger" findings={of('error')} />
      <FindingList title="Worth a look; it can be published all the same" variant="warning" findings={of('warning')} />
    </Flex>
  )
}

interface FindingListProps {
  title: string
  variant: 'danger' | 'warning'
  findings: readonly PreflightFinding[]
}

function FindingList({ title, variant, findings }: FindingListProps) {
  if (findings.length === 0) return null
  return (
    <Alert title={title} variant={variant}>
      <List variant="unordered-styled">
        {findings.map(({ sentence }) => (
          <Text key={sentence}>{sentence}</Text>
        ))}
      </List>
    </Alert>
  )
}
