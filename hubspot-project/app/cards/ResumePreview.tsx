import { Alert, Button, Flex, LoadingSpinner, Text } from '@hubspot/ui-extensions'
import { useChange, useLoad } from '@stagecue/app-client'
import type { ResumePreview as Preview } from '@stagecue/shared/contract/enrollment.ts'
import { useCallback, useState } from 'react'
import type { CardApi, CardTools } from './card-tools.ts'
import { LoadFailed, ProblemNotice } from './shared-views.ts'

export interface ResumePreviewProps {
  enrollmentId: string
  api: CardApi
  tools: CardTools
  busy: boolean
  onResume: () => void
  onClose: () => void
}

/**
 * The dates a paused sequence would get, before anything is changed. They move while nobody resumes, so they are read once more
 * when somebody does: what is confirmed is what was on screen, else the new dates are shown first.
 */
export function ResumePreview({ enrollmentId, api, tools, busy, onResume, onClose }: ResumePreviewProps) {
  const [loaded, { reload }] = useLoad(useCallback(() => api.previewResume(enrollmentId), [api, enrollmentId]))
  const [moved, setMoved] = useState<Preview | null>(null)
  const checking = useChange((_: Preview) => api.previewResume(enrollmentId), {
    makeKey: tools.makeKey,
    onDone: (now, shown) => (isSame(now, shown) ? onResume() : setMoved(now)),
  })
  if (loaded.kind === 'loading') return <LoadingSpinner label="Loading the new dates" showLabel={true} />
  if (loaded.kind === 'failed') {
    return (
      <Flex direction="column" gap="extra-small">
        <LoadFailed
          title="The new dates could not be loaded"
          error={loaded.error}
          reloading={loaded.reloading}
          onTryAgain={reload}
        />
        <Flex direction="row">
          <Button size="xs" variant="secondary" onClick={onClose}>
            Keep it paused
          </Button>
        </Flex>
      </Flex>
    )
  }
  const shown = moved ?? loaded.value
  const title = moved === null ? 'If you resume now' : 'The dates have changed: resume only if these are right'
  return (
    <Alert title={title} variant={moved === null ? 'info' : 'warning'}>
      <Flex direction="column" gap="extra-small">
        <NewDates steps={shown.steps} formats={tools.formats} />
        <ProblemNotice title="The dates could not be checked, so nothing was resumed" error={checking.error} />
        <Flex direction="row" gap="extra-small" wrap="wrap">
          <Button size="xs" variant="secondary" disabled={busy || checking.busy} onClick={() => checking.run(shown)}>
            Resume now
          </Button>
          <Button size="xs" variant="secondary" disabled={busy} onClick={onClose}>
            Keep it paused
          </Button>
        </Flex>
      </Flex>
    </Alert>
  )
}

/** Dates that are counted from now on move a little with every look. */
const SAME_MS = 60_000

function isSame(now: Preview, shown: Preview): boolean {
  return (
    now.steps.length === shown.steps.length &&
    now.steps.every(({ step, at, why }, index) => {
      const other = shown.steps[index]
      if (other?.step !== step) return false
      if (at === null || other.at === null) return at === other.at && why === other.why
      return Math.abs(Date.parse(at) - Date.parse(other.at)) < SAME_MS
    })
  )
}

function NewDates({ steps, formats }: { steps: Preview['steps']; formats: CardTools['formats'] }) {
  if (steps.length === 0)
    return <Text>No e-mail is planned: what is left waits for you, or the sequence is complete.</Text>
  return (
    <>
      {steps.map(({ step, at, why }) => (
        <Flex key={step} direction="column" gap="flush">
          <Text>
            {step}: {at === null ? 'waits for you' : formats.momentAndDistance(at)}
          </Text>
          <Text variant="microcopy">{why}</Text>
        </Flex>
      ))}
    </>
  )
}
