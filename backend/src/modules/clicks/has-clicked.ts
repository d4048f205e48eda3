import type { Trx } from '#db/database.ts'
import { existsClick } from './repository.ts'

/**
 * Whether the contact of an enrollment followed a link of one of its mails; `only` narrows it to the mail of one step (its id in
 * the sequence) or to the link at one place, from 1. Only clicks that were judged to be a person's count, so a yes stays a yes, and
 * comes some two seconds after the click (`JUDGED_AFTER`). Always false where the sequence does not track clicks.
 */
export function hasClicked(
  trx: Trx,
  portalId: number,
  enrollmentId: string,
  only: { readonly stepId?: string; readonly link?: number } = {},
): Promise<boolean> {
  return existsClick(trx, portalId, enrollmentId, { stepId: only.stepId ?? null, link: only.link ?? null })
}
