import { type Static, Type } from 'typebox'
import { HubSpotId, Id, IdempotencyKey, Moment } from './common.ts'

/** Which version what runs is moved to, and where the last page of the preview ended. */
export const MovePreviewQuery = Type.Object({
  version: Type.String({ pattern: '^[1-9][0-9]{0,8}$' }),
  after: Type.Optional(Id),
})
export type MovePreviewQuery = Static<typeof MovePreviewQuery>

/** What a move would do with one running enrollment if it were made now. */
export const MovePreviewRow = Type.Object({
  enrollmentId: Id,
  dealId: HubSpotId,
  dealName: Type.String(),
  contactName: Type.String(),
  fromVersion: Type.Integer(),
  /** "Step 2 of 3: e-mail “Checking in”", in the version it has. */
  stands: Type.String(),
  /** The same in the new version; null when it stays. */
  goesOn: Type.Union([Type.String(), Type.Null()]),
  /** Why it would stay in its version; null when it moves. */
  stays: Type.Union([Type.String(), Type.Null()]),
  /** The next e-mail, or the step that would wait for a person. */
  next: Type.Union([
    Type.Object({
      step: Type.String(),
      /** Null when no date can be named: `why` says the reason. */
      at: Type.Union([Moment, Type.Null()]),
      why: Type.String(),
    }),
    Type.Null(),
  ]),
})
export type MovePreviewRow = Static<typeof MovePreviewRow>

export const MovePreview = Type.Object({
  /** The name of the sequence. */
  sequenceName: Type.String(),
  version: Type.Integer(),
  /** Running enrollments in other versions, on all pages. */
  total: Type.Integer(),
  rows: Type.Array(MovePreviewRow),
  /** `after` of the next page; null on the last one. */
  nextAfter: Type.Union([Id, Type.Null()]),
})
export type MovePreview = Static<typeof MovePreview>

/** Sent again with the same key until nothing is left: every call moves a part. */
export const MoveEnrollments = Type.Object(
  { version: Type.Integer({ minimum: 1 }), idempotencyKey: IdempotencyKey },
  { additionalProperties: false },
)
export type MoveEnrollments = Static<typeof MoveEnrollments>

/** What one move has done so far, under its key. */
export const MoveProgress = Type.Object({
  version: Type.Integer(),
  moved: Type.Integer(),
  stayed: Type.Integer(),
  /** Not looked at yet: send the same call again. */
  left: Type.Integer(),
  /** Who stayed and why, up to fifty. */
  reasons: Type.Array(
    Type.Object({ enrollmentId: Id, dealId: HubSpotId, contactName: Type.String(), reason: Type.String() }),
  ),
})
export type MoveProgress = Static<typeof MoveProgress>
