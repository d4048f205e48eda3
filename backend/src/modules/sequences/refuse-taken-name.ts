import { AppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import { sqlState } from '#db/retry-serialization.ts'
import { nameIsTaken } from './repository.ts'

const UNIQUE_VIOLATION = '23505'

/** Runs `write` unless another sequence has the name. Throws `invalid_input`, also when two take the same name at once. */
export async function refuseTakenName<T>(
  trx: Trx,
  portalId: number,
  sequence: { id: string; name: string },
  write: () => Promise<T>,
): Promise<T> {
  const taken = (cause?: unknown) =>
    new AppError('invalid_input', `Another sequence is called “${sequence.name}”. Choose another name.`, { cause })
  if (await nameIsTaken(trx, portalId, sequence.name, sequence.id)) throw taken()
  try {
    return await write()
  } catch (error) {
    throw sqlState(error) === UNIQUE_VIOLATION ? taken(error) : error
  }
}
