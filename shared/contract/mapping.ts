import { type Static, Type } from 'typebox'
import { Id, IdempotencyKey, MadeOn, PipelineKey, Revision } from './common.ts'
import { AssociationLabel, EnrollmentPolicy, ValueType } from './enrollment-policy.ts'

/** Enroll the contacts of deals that enter this stage into this sequence. At most one per (pipeline, stage). */
export const Mapping = Type.Object({
  pipelineId: PipelineKey,
  stageId: PipelineKey,
  sequenceId: Id,
  active: Type.Boolean(),
})
export type Mapping = Static<typeof Mapping>

/** A mapping with the names people know, and whether HubSpot still has its stage. */
export const MappingRow = Type.Intersect([
  Mapping,
  Type.Object({
    pipelineLabel: Type.String(),
    stageLabel: Type.String(),
    sequenceName: Type.String(),
    sequenceStatus: Type.String(),
    policy: EnrollmentPolicy,
    revision: Revision,
    /** `stage_deleted`: HubSpot no longer has the stage. `sequence_not_active`: it enrolls nobody now. */
    state: Type.Union([Type.Literal('valid'), Type.Literal('stage_deleted'), Type.Literal('sequence_not_active')]),
  }),
])
export type MappingRow = Static<typeof MappingRow>

export const SaveMapping = Type.Object(
  {
    pipelineId: PipelineKey,
    stageId: PipelineKey,
    sequenceId: Id,
    active: Type.Boolean(),
    /** Left out: the mapping keeps its rules, a new one gets the default. */
    policy: Type.Optional(EnrollmentPolicy),
    /** Left out or 0: the stage has no mapping. */
    revision: MadeOn,
    idempotencyKey: IdempotencyKey,
  },
  { additionalProperties: false },
)
export type SaveMapping = Static<typeof SaveMapping>

/** Switches a mapping and leaves the rest of it as it is. `revision` counts for switching on; off is always meant. */
export const SwitchMapping = Type.Object(
  {
    pipelineId: PipelineKey,
    stageId: PipelineKey,
    active: Type.Boolean(),
    revision: MadeOn,
    idempotencyKey: IdempotencyKey,
  },
  { additionalProperties: false },
)
export type SwitchMapping = Static<typeof SwitchMapping>

export const RemoveMapping = Type.Object(
  { pipelineId: PipelineKey, stageId: PipelineKey, revision: MadeOn, idempotencyKey: IdempotencyKey },
  { additionalProperties: false },
)
export type RemoveMapping = Static<typeof RemoveMapping>

/** A property an admin may compare, as HubSpot names it. */
export const PropertyChoice = Type.Object({
  name: Type.String(),
  label: Type.String(),
  type: ValueType,
  options: Type.Array(Type.Object({ label: Type.String(), value: Type.String() })),
})
export type PropertyChoice = Static<typeof PropertyChoice>

/** What the rules of a mapping may name in this account. */
export const MappingChoices = Type.Object({
  deal: Type.Array(PropertyChoice),
  contact: Type.Array(PropertyChoice),
  labels: Type.Array(AssociationLabel),
})
export type MappingChoices = Static<typeof MappingChoices>
