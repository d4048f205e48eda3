import { nameStep } from '#modules/sequences/name-step.ts'
import type { Starters } from '#shared/contract/sequence-file.ts'
import { readStarter, STARTERS } from './starters.ts'

/** The starter sequences with their steps in words. The same for every account. */
export function listStarters(): Starters {
  return {
    starters: STARTERS.map((starter) => {
      const { name, definition } = readStarter(starter)
      return { ...starter, name, outline: definition.steps.map(nameStep) }
    }),
  }
}
