import { type Static, Type } from 'typebox'
import { Id, IdempotencyKey } from './common.ts'
import { DiffLine, VersionOrDraft } from './sequence-version.ts'

/** The longest file: HubSpot’s fetch sends 1 MB at most. The longest sequence there can be, 30 mails of 20,000 characters, fits in with dozens of scenarios. */
export const MAX_FILE_CHARACTERS = 900_000

/** What a file names its sequence by, in every account: kept when it is imported, so that the next import finds it again. */
export const FILE_KEY = '^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$'

export const ExportQuery = Type.Object({ version: Type.Optional(VersionOrDraft) })
export type ExportQuery = Static<typeof ExportQuery>

export const SequenceFile = Type.Object({
  /** "proposal-follow-up.yaml" */
  fileName: Type.String(),
  text: Type.String(),
})
export type SequenceFile = Static<typeof SequenceFile>

const Text = Type.String({ minLength: 1, maxLength: MAX_FILE_CHARACTERS })

/** Looks at a file and changes nothing. */
export const CheckImport = Type.Object({ text: Text }, { additionalProperties: false })
export type CheckImport = Static<typeof CheckImport>

/** What an import would do. */
export const ImportPlan = Type.Object({
  name: Type.String(),
  /** The sequence whose draft it replaces; null: a new one. */
  replaces: Type.Union([
    Type.Null(),
    Type.Object({
      id: Id,
      name: Type.String(),
      revision: Type.Integer(),
      /** 0 while it has none. */
      scenariosRevision: Type.Integer(),
    }),
  ]),
  /** Against the draft it replaces and its scenarios, if the file has any; of a new sequence its steps and scenarios. */
  lines: Type.Array(DiffLine),
  /** What a publish would still refuse, as a sentence; null: it could be published as it is. */
  notPublishable: Type.Union([Type.String(), Type.Null()]),
})
export type ImportPlan = Static<typeof ImportPlan>

/**
 * `revision`: of the draft that is replaced, as the plan said; without one for a new sequence. `scenariosRevision`: the same of its
 * scenarios; none is 0.
 */
export const ImportSequence = Type.Object(
  {
    text: Text,
    revision: Type.Optional(Type.Integer({ minimum: 1, maximum: 2_147_483_647 })),
    scenariosRevision: Type.Optional(Type.Integer({ minimum: 0, maximum: 2_147_483_647 })),
    idempotencyKey: IdempotencyKey,
  },
  { additionalProperties: false },
)
export type ImportSequence = Static<typeof ImportSequence>

export const StarterRow = Type.Object({
  key: Type.String(),
  /** For whom: "SaaS", "E-commerce", "Agency". */
  pack: Type.String(),
  name: Type.String(),
  /** When to use it, in a sentence. */
  summary: Type.String(),
  outline: Type.Array(Type.String()),
})
export type StarterRow = Static<typeof StarterRow>

export const Starters = Type.Object({ starters: Type.Array(StarterRow) })
export type Starters = Static<typeof Starters>

export const CreateFromStarter = Type.Object(
  { key: Type.String({ pattern: '^[a-z0-9-]{1,64}$' }), idempotencyKey: IdempotencyKey },
  { additionalProperties: false },
)
export type CreateFromStarter = Static<typeof CreateFromStarter>
