import { randomUUID } from 'node:crypto'
import type { Trx } from '#db/database.ts'
import { DEFINITION } from './calls.ts'

/** A question about a sequence that ended with a sentence, and a scenario of it. */
export async function addWhatIf(
  trx: Trx,
  portalId: number,
  sequenceId: string,
  { mark, now }: { readonly mark: string; readonly now: Temporal.Instant },
): Promise<void> {
  const asked = { stage: null, name: mark, revision: 1, askedAt: now, askedBy: mark, report: null }
  await trx
    .insertInto('whatIfRuns')
    .values({
      ...{ portalId, sequenceId, id: randomUUID(), status: 'failed', ...asked },
      ...{ definition: JSON.stringify(DEFINITION), problem: mark },
    })
    .execute()
  await trx
    .insertInto('sequenceScenarios')
    .values({
      ...{ portalId, sequenceId, updatedAt: now, updatedBy: mark },
      scenarios: JSON.stringify([
        { name: mark, given: { start: '2027-02-02T10:00', timeZone: 'Europe/Berlin' }, expect: {} },
      ]),
    })
    .execute()
}
