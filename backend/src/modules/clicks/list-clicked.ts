import type { Trx } from '#db/database.ts'
import { selectClicked } from './repository.ts'

/**
 * Those of these enrollments in one of whose mails a person followed a link. Only judged clicks count, so a yes stays a yes, and
 * comes some two seconds after the click (`JUDGED_AFTER`). Empty where the sequence does not track clicks.
 */
export async function listClicked(
  trx: Trx,
  portalId: number,
  enrollmentIds: readonly string[],
): Promise<ReadonlySet<string>> {
  return new Set(await selectClicked(trx, portalId, enrollmentIds))
}
