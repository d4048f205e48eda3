import { Alert, Text } from '@hubspot/ui-extensions'
import type { ApiError } from './api-error.ts'

/** Why a change did not happen, beside the button that asked for it. */
export function ProblemNotice({ title, error }: { title: string; error: ApiError | null }) {
  if (error === null) return null
  return (
    <Alert title={title} variant="danger">
      <Text>{error.message}</Text>
      {error.requestId === null ? null : <Text variant="microcopy">Reference: {error.requestId}</Text>}
    </Alert>
  )
}

/** What is shown is the last known state, and why it could not be renewed. */
export function StaleNotice({ stale }: { stale: ApiError | null }) {
  if (stale === null) return null
  return (
    <Alert title="This may be out of date" variant="warning">
      {stale.message}
    </Alert>
  )
}
