import { Alert, Button, Flex, LoadingSpinner, Text } from '@hubspot/ui-extensions'
import { useLoad } from '@stagecue/app-client'
import type { ResumePreview as Preview } from '@stagecue/shared/contract/enrollment.ts'
import { useCallback } from 'react'
import type { CardApi, CardTools } from './card-tools.ts'
import { LoadFailed } from './shared-views.ts'

export interface ResumePreviewProps {
  enrollmentId: string
  api: CardApi
  tools: CardTools
  busy: boolean
  onResume: () => void
  onClose: () => void
}

/** The dates a paused sequence would get, before anything is changed. */
export function ResumePreview({ enrollmentId, api, tools, busy, onResume, onClose }: ResumePreviewProps) {
  const [loaded, { reload }] = useLoad(useCallback(() => api.previewResume(enrollmentId), [api, enrollmentId]))
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
  return (
    <Alert title="If you resume now" variant="info">
      <Flex direction="column" gap="extra-small">
        <NewDates steps={loaded.value.steps} formats={tools.formats} />
        <Flex direction="row" gap="extra-small" wrap="wrap">
          <Button size="xs" variant="secondary" disabled={busy} onClick={onResume}>
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
