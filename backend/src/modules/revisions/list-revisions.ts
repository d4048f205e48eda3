import type { Trx } from '#db/database.ts'
import { selectRevisions } from './repository.ts'
import type { Setting } from './setting.ts'

/** The revisions of all settings of one kind; gives each one's by its subject, 0 before the first change. */
export async function listRevisions(
  trx: Trx,
  portalId: number,
  kind: Setting['kind'],
): Promise<(subject: string) => number> {
  const revisions = new Map((await selectRevisions(trx, portalId, kind)).map((row) => [row.subject, row.revision]))
  return (subject) => revisions.get(subject) ?? 0
}
