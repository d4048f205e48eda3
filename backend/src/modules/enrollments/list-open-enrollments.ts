import type { Trx } from '#db/database.ts'
import { type OpenEnrollment, selectOpenEnrollments } from './repository.ts'

export type { OpenEnrollment }

/** Active and paused enrollments of deals or of contacts (HubSpot's ids), in id order, so that locks are taken in one order. */
export async function listOpenEnrollments(
  trx: Trx,
  portalId: number,
  of: { dealIds: readonly string[] } | { contactIds: readonly string[] },
): Promise<OpenEnrollment[]> {
  return selectOpenEnrollments(trx, portalId, of)
}
