import type { Trx } from '#db/database.ts'

/** Those of these enrollments in one of whose mails a link was clicked. Links are not followed yet, so there is none. */
export async function listClicked(
  _trx: Trx,
  _portalId: number,
  _enrollmentIds: readonly string[],
): Promise<ReadonlySet<string>> {
  return new Set()
}
