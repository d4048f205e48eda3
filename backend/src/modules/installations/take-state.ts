import { timingSafeEqual } from 'node:crypto'
import type { Deps } from '#deps'
import { deleteState } from './repository.ts'
import { hashState } from './start-install.ts'

/** What a state was made for: the portal, when the attempt began in one. */
export interface TakenState {
  readonly expectedPortal: number | undefined
}

/**
 * Takes a state out of the database, once. `undefined` when it is not the one of this browser's cookie, was used, or ran out;
 * a state from another browser is left alone, so that a stranger's link cannot spoil an attempt.
 */
export async function takeState(
  deps: Pick<Deps, 'db' | 'clock'>,
  state: string,
  cookie: string | undefined,
): Promise<TakenState | undefined> {
  const hash = hashState(state)
  if (cookie === undefined || !timingSafeEqual(hash, hashState(cookie))) return undefined
  if (!(await deleteState(deps.db, hash, deps.clock()))) return undefined
  const portal = Number(state.slice(state.indexOf('.') + 1))
  return { expectedPortal: Number.isSafeInteger(portal) && portal > 0 ? portal : undefined }
}
