import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import { faultCode } from '#core/fault-code.ts'
import type { Trx } from '#db/database.ts'
import { hitsEverybody } from '#db/hits-everybody.ts'
import { inSavepoint } from '#db/in-savepoint.ts'
import type { Deps } from '#deps'
import type { LateMailsDecided } from '#shared/contract/limits.ts'
import { resolveStepIn, type StepToResolve } from './resolve-step.ts'
import { changeResting } from './run-repository.ts'

/** A held run that a person decides about together with others. */
export interface HeldRun {
  readonly id: string
  readonly contactName: string
  /** Why it waits, where that still matters when it cannot be decided. */
  readonly why?: string
}

/**
 * Decides the same about many held runs, each for itself, and gives those of whom it could not be decided, with the reason. Such a
 * run is no question for all together any more, and would be the oldest in every next call: it waits on its card with the reason.
 */
export async function resolveEach(
  deps: Pick<Deps, 'clock' | 'ids' | 'log'>,
  trx: Trx,
  portal: PortalContext,
  runs: readonly HeldRun[],
  action: StepToResolve['action'],
): Promise<LateMailsDecided['refused']> {
  const refused: LateMailsDecided['refused'] = []
  for (const { id, contactName, why: before } of runs) {
    try {
      await inSavepoint(trx, () => resolveStepIn(deps, trx, portal, { stepRunId: id, action }))
    } catch (error) {
      if (hitsEverybody(error)) throw error
      const known = error instanceof AppError && error.code !== 'internal'
      if (!known) deps.log.error({ portalId: portal.portalId, stepRunId: id, err: error }, 'step could not be decided')
      const why = known ? error.message : `Stagecue failed on this step (error ${faultCode(error)}).`
      await changeResting(trx, portal.portalId, id, 'held', {
        status: 'held',
        why: before ? `${why} Before: ${before}` : why,
        // What somebody declined is not among those that one button tries again, and so sends.
        heldFor: known || action === 'skip' ? null : 'fault',
        // Behind the others of its kind.
        dueAt: deps.clock(),
      })
      refused.push({ stepRunId: id, contactName, why })
    }
  }
  return refused
}
