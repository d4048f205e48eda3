import type { SequenceDefinition } from '@stagecue/shared/contract/sequence.ts'

/** The contract's. */
export const MAX_HOLD_OUT = 50

/** What a sequence measures; nothing unless its definition says so. */
export function measuringOf({ tracking, holdOutPercent = 0 }: SequenceDefinition) {
  return { clicks: tracking?.clicks ?? false, opens: tracking?.opens ?? false, holdOutPercent }
}

export function sameMeasuring(one: SequenceDefinition, other: SequenceDefinition): boolean {
  const [mine, theirs] = [measuringOf(one), measuringOf(other)]
  return mine.clicks === theirs.clicks && mine.opens === theirs.opens && mine.holdOutPercent === theirs.holdOutPercent
}

/** What keeps it from being saved or published, as sentences. */
export function measuringProblems(definition: SequenceDefinition): string[] {
  const { holdOutPercent } = measuringOf(definition)
  const fits = Number.isSafeInteger(holdOutPercent) && holdOutPercent >= 0 && holdOutPercent <= MAX_HOLD_OUT
  return fits ? [] : [`The percent of deals without e-mails must be a whole number from 0 to ${MAX_HOLD_OUT}.`]
}
