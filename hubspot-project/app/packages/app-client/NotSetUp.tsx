/** @jsxRuntime classic */
// biome-ignore lint/correctness/noUnusedImports: what this file's JSX is compiled to.
import React from 'react'
import type { Sdk } from './sdk.ts'

/** Instead of everything when the profile names no server: then nothing can be asked. */
export function createNotSetUp({ ErrorState, Text }: Sdk) {
  return function NotSetUp() {
    return (
      <ErrorState title="Stagecue is not set up">
        <Text>This version of the app does not know its server. Contact Stagecue support.</Text>
      </ErrorState>
    )
  }
}
