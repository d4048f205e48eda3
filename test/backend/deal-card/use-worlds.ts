import { inPortal } from '#db/in-portal.ts'
import { getDealCard } from '#modules/deal-card/get-deal-card.ts'
import type { SyncDeal } from '#modules/deal-card/try-sync.ts'
import { advanceEnrollment } from '#modules/enrollments/advance-enrollment.ts'
import type { StepRunStatus } from '#shared/vocabulary.ts'
import { hasDeal, hasEnrollment, hasPipeline, hasSequence, person } from '#test/support/configured-portal.ts'
import { useDatabase } from '#test/support/database.ts'
import { makeDeps, newPortal, TestClock } from '#test/support/deps.ts'

/** A database of its own for this test file, and portals in it with a card to look at. */
export function useWorlds() {
  const { db } = useDatabase()

  /** A portal, and the card of its deal `124`. */
  async function world() {
    const clock = new TestClock()
    const deps = makeDeps({ db, clock })
    const portal = person(await newPortal(db, clock))
    const { portalId } = portal
    const asked: string[] = []
    const sync: SyncDeal = async (_deps, _portal, dealId) => asked.push(dealId) > 0
    const card = (syncDeal = sync, dealId = '124') => getDealCard(deps, portal, dealId, syncDeal)
    const row = async () => {
      const [enrollment] = (await card()).contacts[0]?.enrollments ?? []
      if (!enrollment) throw new Error('no enrollment on the card')
      return enrollment
    }
    return { clock, deps, portal, portalId, asked, card, row }
  }

  /** That portal with a contact enrolled in three steps, none of them done. */
  async function enrolledWorld() {
    const set = await world()
    const { deps, portal, portalId } = set
    await hasPipeline(db, portalId)
    const sequence = await hasSequence(deps, portal)
    const id = await hasEnrollment(deps, portal, sequence.id, await hasDeal(deps, portalId))
    const setRun = (stepId: string, status: StepRunStatus, why: string) =>
      inPortal(db, portalId, (trx) =>
        trx
          .updateTable('stepRuns')
          .set({ status, why })
          .where('enrollmentId', '=', id)
          .where('stepId', '=', stepId)
          .execute(),
      )
    const advance = (position: number) =>
      inPortal(db, portalId, (trx) => advanceEnrollment(deps, trx, portal, id, position))
    return { ...set, sequence, id, setRun, advance }
  }

  return { db, world, enrolledWorld }
}
