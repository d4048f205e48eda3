import type { Trx } from '#db/database.ts'
import type { SequenceDefinition } from '#shared/contract/sequence.ts'
import type { SequenceStatus } from '#shared/vocabulary.ts'
import { findPublished } from './repository.ts'

export interface PublishedSequence {
  readonly id: string
  readonly name: string
  /** Only an `active` one may enroll. */
  readonly status: SequenceStatus
  readonly version: number
  readonly definition: SequenceDefinition
}

/**
 * The version that new enrollments get; undefined when the sequence is unknown or was never published. Until the caller's
 * transaction ends, nobody can pause, archive or publish it: an enrollment either comes before that or sees it.
 */
export async function getPublishedSequence(
  trx: Trx,
  portalId: number,
  sequenceId: string,
): Promise<PublishedSequence | undefined> {
  const found = await findPublished(trx, portalId, sequenceId)
  // A statement that waits for a publish reads the sequence anew but the version of before, and finds no pair of them. By now it
  // holds the lock, so the second look is at what stays.
  return found ?? findPublished(trx, portalId, sequenceId)
}
