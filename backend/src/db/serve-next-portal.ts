import type { Database } from './database.ts'
import { findPortalWithDueLane } from './lanes.ts'
import type { LaneKind } from './tables.ts'

export interface NextPortal {
  readonly kind: LaneKind
  /** The round goes on after this one. */
  readonly afterPortal: number
  readonly now: Temporal.Instant
  /** Portals that another pass of this process serves; the served one is among them while it lasts. */
  readonly busy: Set<number>
}

/** Whom a pass served, and how much it handled; 0 also when another pass was there first. */
export interface Served {
  readonly portalId: number
  readonly handled: number
}

const servedWhen = new WeakMap<object, number>()

/** The portal that a pass was serving when it threw this; undefined when it had not begun one. */
export function portalOf(error: unknown): number | undefined {
  return typeof error === 'object' && error !== null ? servedWhen.get(error) : undefined
}

/** Serves the next portal that has a due lane of this kind, alone within this process; undefined when there is none. */
export async function serveNextPortal(
  db: Database,
  next: NextPortal,
  serve: (portalId: number) => Promise<number>,
): Promise<Served | undefined> {
  const { kind, afterPortal, now, busy } = next
  const portalId = await findPortalWithDueLane(db, kind, afterPortal, now, busy)
  if (portalId === undefined) return undefined
  if (busy.has(portalId)) return { portalId, handled: 0 }
  busy.add(portalId)
  try {
    return { portalId, handled: await serve(portalId) }
  } catch (error) {
    if (typeof error === 'object' && error !== null) servedWhen.set(error, portalId)
    throw error
  } finally {
    busy.delete(portalId)
  }
}
