import { AppError } from '#core/errors.ts'
import type { DecideAllLateMails } from '#shared/contract/limits.ts'

/** What a decision about all late mails is about. */
export interface Counted {
  readonly countedAt: Temporal.Instant
  readonly count: number
}

/** Throws `invalid_input` for a moment that is none. Pure. */
export function readCounted({ countedAt, count }: Pick<DecideAllLateMails, 'countedAt' | 'count'>): Counted {
  try {
    return { countedAt: Temporal.Instant.from(countedAt), count }
  } catch {
    throw new AppError('invalid_input', 'This is no moment.', { field: 'countedAt' })
  }
}
