import { AppError } from '#core/errors.ts'
import type { SequenceRecord } from './repository.ts'

/** Throws `conflict` for a sequence that finishes: what is published or paused there would say two things at once. */
export function refuseFinishing({ status, name }: Pick<SequenceRecord, 'status' | 'name'>): void {
  if (status !== 'finishing') return
  throw new AppError(
    'conflict',
    `“${name}” is finishing: nobody new is enrolled, and it is archived with its last enrollment. Take it back into use first.`,
  )
}
