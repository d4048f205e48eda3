import { type Static, Type } from 'typebox'
import { IdempotencyKey, Moment } from './common.ts'
import { SequenceDefinition } from './sequence.ts'

/** A version's number in a path or a query. */
export const VersionNumber = Type.String({ pattern: '^[1-9][0-9]{0,8}$' })

/** A published version, or the draft. */
export const VersionOrDraft = Type.Union([VersionNumber, Type.Literal('draft')])

export const VersionRow = Type.Object({
  version: Type.Integer(),
  publishedAt: Moment,
  /** Null: published before this was kept, or by nobody known. */
  publishedBy: Type.Union([Type.String(), Type.Null()]),
  /** New enrollments get this one. */
  current: Type.Boolean(),
  /** Enrollments that are active or paused in it. */
  running: Type.Integer(),
  steps: Type.Integer(),
})
export type VersionRow = Static<typeof VersionRow>

/** Newest first. */
export const VersionList = Type.Object({ sequenceName: Type.String(), versions: Type.Array(VersionRow) })
export type VersionList = Static<typeof VersionList>

export const SequenceVersion = Type.Object({
  version: Type.Integer(),
  publishedAt: Moment,
  publishedBy: Type.Union([Type.String(), Type.Null()]),
  definition: SequenceDefinition,
  /** One line a step: "E-mail “Welcome”", "Wait of 2 days". */
  outline: Type.Array(Type.String()),
})
export type SequenceVersion = Static<typeof SequenceVersion>

export const DiffQuery = Type.Object({ from: VersionOrDraft, to: VersionOrDraft })
export type DiffQuery = Static<typeof DiffQuery>

/** One difference as people read it, with the values before and after where they are short enough. */
export const DiffLine = Type.Object({
  kind: Type.Union([Type.Literal('added'), Type.Literal('removed'), Type.Literal('moved'), Type.Literal('changed')]),
  text: Type.String(),
  details: Type.Array(Type.String()),
})
export type DiffLine = Static<typeof DiffLine>

/** Empty lines: nothing differs. */
export const SequenceDiff = Type.Object({ sequenceName: Type.String(), lines: Type.Array(DiffLine) })
export type SequenceDiff = Static<typeof SequenceDiff>

/** Makes a version the draft; the revision is that of the draft which it replaces. */
export const RestoreVersion = Type.Object(
  { revision: Type.Integer({ minimum: 1 }), idempotencyKey: IdempotencyKey },
  { additionalProperties: false },
)
export type RestoreVersion = Static<typeof RestoreVersion>
