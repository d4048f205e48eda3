import type { PortalContext } from '#core/context.ts'
import type { StepKind } from '#shared/vocabulary.ts'
import { asTold } from './as-told.ts'
import { askBefore, unanswered } from './ask-before.ts'
import { type CheckedRun, outcomeOfDecision } from './check-before-send.ts'
import type { ClaimedRun } from './claim-repository.ts'
import { decideBeforeStep } from './decide-before-send.ts'
import { type LoadedBatch, type LoadedRun, loadRuns } from './load-runs.ts'
import { performBranch } from './perform-branch.ts'
import { performExit } from './perform-exit.ts'
import { performGoTo } from './perform-go-to.ts'
import { performSetPlace } from './perform-set-place.ts'
import { performSetProperty } from './perform-set-property.ts'
import { performTask } from './perform-task.ts'
import { performWaitFor } from './perform-wait-for.ts'
import type { Perform } from './performer.ts'
import { settleEach } from './settle-each.ts'
import type { Settlement } from './settle-runs.ts'
import type { StepsDeps } from './steps-deps.ts'

interface Performer {
  readonly perform: Perform
  /** HubSpot is asked first, as before a mail, whether the deal and the contact still let it happen. */
  readonly asksFirst: boolean
}

/** Who does the steps that neither mail nor only wait. */
const PERFORMERS: Partial<Record<StepKind, Performer>> = {
  branch: { perform: performBranch, asksFirst: false },
  wait_for: { perform: performWaitFor, asksFirst: false },
  go_to: { perform: performGoTo, asksFirst: false },
  exit: { perform: performExit, asksFirst: false },
  task: { perform: performTask, asksFirst: true },
  set_property: { perform: performSetProperty, asksFirst: true },
  set_place: { perform: performSetPlace, asksFirst: true },
}

/** Whether a kind of step is done here. */
export function isPerformed(kind: StepKind): boolean {
  return kind !== 'email' && kind !== 'wait'
}

/**
 * Does claimed steps that are neither mails nor waits, kind by kind, and settles them. One whose enrollment, sequence, deal
 * or contact forbids it has that outcome instead. A performer is given a batch at once so that HubSpot is asked once for many;
 * when it throws, its runs are done again by halves (`isolateFaults`).
 */
export async function performSteps(deps: StepsDeps, portal: PortalContext, runs: readonly ClaimedRun[]): Promise<void> {
  const batch = await loadRuns(deps, portal.portalId, runs)
  if (!batch) return
  for (const [kind, loaded] of Map.groupBy(batch.runs, ({ run }) => run.kind)) {
    const performer = PERFORMERS[kind]
    const { open, settlements } = performer
      ? await checkBeforeStep(deps, portal.portalId, batch, loaded, performer.asksFirst)
      : { open: [], settlements: loaded.map(unknownStep) }
    await settleEach(deps, portal, settlements)
    if (performer && open.length > 0) await settleEach(deps, portal, await performer.perform(deps, portal, batch, open))
  }
}

interface Checked {
  readonly open: readonly CheckedRun[]
  readonly settlements: readonly Settlement[]
}

async function checkBeforeStep(
  deps: StepsDeps,
  portalId: number,
  batch: LoadedBatch,
  runs: readonly LoadedRun[],
  asksFirst: boolean,
): Promise<Checked> {
  const settlements: Settlement[] = []
  const passes = (loaded: LoadedRun, told: CheckedRun['told']) => {
    const decision = decideBeforeStep(loaded.state, { ...loaded, told })
    if (decision) settlements.push({ run: loaded.run, outcome: outcomeOfDecision(decision, deps.clock()) })
    return !decision
  }
  const asking = runs.filter((loaded) => passes(loaded, undefined))
  if (!asksFirst) return { open: asking.map((loaded) => ({ ...loaded, told: undefined })), settlements }
  const answer = await askBefore(deps, portalId, asking)
  const open: CheckedRun[] = []
  for (const loaded of asking) {
    const told = answer.told(loaded)
    if (told && passes(loaded, told)) open.push({ ...loaded, state: asTold(loaded.state, told), told })
    if (told) continue
    const outcome = unanswered(deps, loaded, answer.retryAfterMs, batch.portal.timeZone)
    settlements.push({ run: loaded.run, outcome })
  }
  return { open, settlements }
}

/** A version that a newer Stagecue published, for example. */
function unknownStep({ run }: LoadedRun): Settlement {
  return { run, outcome: { kind: 'held', why: 'Stagecue cannot do this kind of step. Skip it.' } }
}
