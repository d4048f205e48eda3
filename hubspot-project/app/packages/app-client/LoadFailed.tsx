import { ErrorState, LoadingButton, Text } from '@hubspot/ui-extensions'
import type { ApiError } from './api-error.ts'

export interface LoadFailedProps {
  title: string
  error: ApiError
  reloading: boolean
  onTryAgain: () => void
}

/** Instead of what could not be loaded. */
export function LoadFailed({ title, error, reloading, onTryAgain }: LoadFailedProps) {
  return (
    <ErrorState title={title}>
      <Text>{error.message}</Text>
      {error.requestId === null ? null : <Text variant="microcopy">Reference: {error.requestId}</Text>}
      <LoadingButton loading={reloading} onClick={onTryAgain}>
        Try again
      </LoadingButton>
    </ErrorState>
  )
}
