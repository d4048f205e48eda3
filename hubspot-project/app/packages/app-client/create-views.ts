import type { DECISION_OUTCOME } from '@stagecue/shared/vocabulary.ts'
import { createConfirmButton } from './ConfirmButton.tsx'
import { createDecisionList } from './DecisionList.tsx'
import { createLoadFailed } from './LoadFailed.tsx'
import { createNotSetUp } from './NotSetUp.tsx'
import { createProblemNotice, createStaleNotice } from './notices.tsx'
import type { Sdk } from './sdk.ts'

/** The views both extensions use, made of the extension's own SDK components and the shared vocabulary (see `Sdk`). */
export function createViews(sdk: Sdk, outcomes: typeof DECISION_OUTCOME) {
  return {
    ConfirmButton: createConfirmButton(sdk),
    DecisionList: createDecisionList(sdk, outcomes),
    LoadFailed: createLoadFailed(sdk),
    NotSetUp: createNotSetUp(sdk),
    ProblemNotice: createProblemNotice(sdk),
    StaleNotice: createStaleNotice(sdk),
  }
}
