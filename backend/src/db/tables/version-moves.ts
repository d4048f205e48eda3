type Moment = Temporal.Instant

export interface VersionMovesTable {
  portalId: number
  id: string
  sequenceId: string
  toVersion: number
  startedAt: Moment
  startedBy: string | null
}

export interface VersionMoveOutcomesTable {
  portalId: number
  moveId: string
  enrollmentId: string
  fromVersion: number
  /** Null: it moved. */
  reason: string | null
  at: Moment
}
