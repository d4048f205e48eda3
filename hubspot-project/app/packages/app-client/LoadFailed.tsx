/** @jsxRuntime classic */
// biome-ignore lint/correctness/noUnusedImports: what this file's JSX is compiled to.
import React from 'react'
import type { ApiError } from './api-error.ts'
import type { Sdk } from './sdk.ts'

export interface LoadFailedProps {
  title: string
  error: ApiError
  reloading: boolean
  onTryAgain: () => void
}

/** Instead of what could not be loaded. */
export function createLoadFailed({ ErrorState, LoadingButton, Text }: Sdk) {
  return function LoadFailed({ title, error, reloading, onTryAgain }: LoadFailedProps) {
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
}
