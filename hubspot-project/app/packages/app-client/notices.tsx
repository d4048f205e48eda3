/** @jsxRuntime classic */
// biome-ignore lint/correctness/noUnusedImports: what this file's JSX is compiled to.
import React from 'react'
import type { ApiError } from './api-error.ts'
import type { Sdk } from './sdk.ts'

export interface ProblemNoticeProps {
  title: string
  error: ApiError | null
}

/** Why a change did not happen, beside the button that asked for it. */
export function createProblemNotice({ Alert, Text }: Sdk) {
  return function ProblemNotice({ title, error }: ProblemNoticeProps) {
    if (error === null) return null
    return (
      <Alert title={title} variant="danger">
        <Text>{error.message}</Text>
        {error.requestId === null ? null : <Text variant="microcopy">Reference: {error.requestId}</Text>}
      </Alert>
    )
  }
}

/** What is shown is the last known state, and why it could not be renewed. */
export function createStaleNotice({ Alert }: Sdk) {
  return function StaleNotice({ stale }: { stale: ApiError | null }) {
    if (stale === null) return null
    return (
      <Alert title="This may be out of date" variant="warning">
        {stale.message}
      </Alert>
    )
  }
}
