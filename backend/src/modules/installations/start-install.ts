import { createHash } from 'node:crypto'
import type { Deps } from '#deps'
import { insertState } from './repository.ts'

const MINUTES = 10

/**
 * Makes the state of one connection attempt: 256 random bits, and the portal it is meant for when it began in one. Only its
 * hash is stored, so that the database gives nobody a usable state, and nobody can put in another portal.
 */
export async function startInstall(
  deps: Pick<Deps, 'db' | 'clock' | 'secrets'>,
  expectedPortal: number | undefined,
): Promise<string> {
  const now = deps.clock()
  const state = `${deps.secrets(32).toString('base64url')}.${expectedPortal ?? ''}`
  await insertState(deps.db, hashState(state), now, now.add({ minutes: MINUTES }))
  return state
}

export function hashState(state: string): Buffer {
  return createHash('sha256').update(state).digest()
}
