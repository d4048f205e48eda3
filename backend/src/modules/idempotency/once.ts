import { createHash } from 'node:crypto'
import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import { inPortal } from '#db/in-portal.ts'
import { sqlState } from '#db/retry-serialization.ts'
import type { Deps } from '#deps'
import { claimKey, getKey, type NewKey, storeAnswer } from './repository.ts'

/** One change as a person meant it: its key, what it does, and with which input. */
export interface OnceChange {
  readonly key: string
  /** Noun, dot, verb: e.g. `mapping.save`. */
  readonly operation: string
  /** Everything that decides what happens, ids from the path too. */
  readonly input: object
}

const LOCK_NOT_AVAILABLE = '55P03'

/**
 * Does a change once per key, in one transaction: a repeat gets the first's answer and changes nothing, two at the same
 * time wait for each other, and a change that failed leaves no key. `T` must survive JSON. Throws `AppError('conflict')`
 * when the key was used for another change. HubSpot's proxy repeats a call once by itself after a 5xx (HubSpot docs,
 * hubspot.fetch), so every change goes through here. `work` must have no effect outside the database.
 */
export function once<T extends object>(
  deps: Pick<Deps, 'db' | 'clock'>,
  portal: PortalContext,
  change: OnceChange,
  work: (trx: Trx) => Promise<T>,
): Promise<T> {
  const { portalId } = portal
  const { key, operation } = change
  const inputHash = createHash('sha256').update(canonicalJson(change.input)).digest()
  return inPortal(deps.db, portalId, async (trx) => {
    const first = await claimOrWait(trx, { portalId, key, operation, inputHash, createdAt: deps.clock() })
    if (!first) {
      const stored = await getKey(trx, portalId, key)
      if (stored.operation !== operation || !stored.inputHash.equals(inputHash)) {
        throw new AppError('conflict', 'This change was sent before with other values. Reload the page and try again.')
      }
      return stored.answer as T
    }
    const answer = await work(trx)
    await storeAnswer(trx, portalId, key, JSON.stringify(answer))
    return answer
  })
}

async function claimOrWait(trx: Trx, key: NewKey): Promise<boolean> {
  try {
    return await claimKey(trx, key)
  } catch (error) {
    if (sqlState(error) !== LOCK_NOT_AVAILABLE) throw error
    throw new AppError('conflict', 'This change is still being made. Reload the page in a moment.', { cause: error })
  }
}

/** The same text for the same value, whatever the order of its keys. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  )
}
