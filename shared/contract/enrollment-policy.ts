import { type Static, Type } from 'typebox'
import { Id } from './common.ts'

/** Whose property it is. */
const Subject = Type.Union([Type.Literal('deal'), Type.Literal('contact')])

/** HubSpot's internal name of a property, e.g. `amount`: unlike its label it never changes. */
const PropertyName = Type.String({ minLength: 1, maxLength: 100, pattern: '^[A-Za-z0-9_.-]+$' })

const Value = Type.String({ minLength: 1, maxLength: 200 })

/**
 * How HubSpot's text is read: `date` is a day (HubSpot keeps midnight UTC), `datetime` a moment (compared with a day: the day
 * it is in the portal's zone), `choices` one or several internal option values (`a;b`).
 */
export const ValueType = Type.Union([
  Type.Literal('text'),
  Type.Literal('number'),
  Type.Literal('date'),
  Type.Literal('datetime'),
  Type.Literal('boolean'),
  Type.Literal('choices'),
])
export type ValueType = Static<typeof ValueType>

/** Whether the property has a value at all. */
export const PresenceCondition = Type.Object(
  {
    subject: Subject,
    property: PropertyName,
    operator: Type.Union([Type.Literal('is_known'), Type.Literal('is_unknown')]),
  },
  { additionalProperties: false },
)

/**
 * Compares with one value. `less_than` … `at_least` are for numbers, `before` … `on_or_after` for days and moments, `contains`
 * for text and choices. A day is written `2026-11-30`, a moment with its offset: `2026-11-30T09:00Z`.
 */
export const ComparisonCondition = Type.Object(
  {
    subject: Subject,
    property: PropertyName,
    type: ValueType,
    operator: Type.Union([
      Type.Literal('is'),
      Type.Literal('is_not'),
      Type.Literal('contains'),
      Type.Literal('less_than'),
      Type.Literal('at_most'),
      Type.Literal('more_than'),
      Type.Literal('at_least'),
      Type.Literal('before'),
      Type.Literal('on_or_before'),
      Type.Literal('after'),
      Type.Literal('on_or_after'),
    ]),
    value: Value,
  },
  { additionalProperties: false },
)

/** Whether the property has one of several values. */
export const OneOfCondition = Type.Object(
  {
    subject: Subject,
    property: PropertyName,
    type: ValueType,
    operator: Type.Literal('is_one_of'),
    values: Type.Array(Value, { minItems: 1, maxItems: 50, uniqueItems: true }),
  },
  { additionalProperties: false },
)

export const Condition = Type.Union([PresenceCondition, ComparisonCondition, OneOfCondition])
export type Condition = Static<typeof Condition>

const Match = Type.Union([Type.Literal('all'), Type.Literal('any')])

/** The inner level: conditions only. */
export const ConditionGroup = Type.Object(
  { match: Match, conditions: Type.Array(Condition, { minItems: 1, maxItems: 10 }) },
  { additionalProperties: false },
)

/** The outer level: conditions and groups of them. There is no third. */
export const Conditions = Type.Object(
  { match: Match, items: Type.Array(Type.Union([Condition, ConditionGroup]), { minItems: 1, maxItems: 10 }) },
  { additionalProperties: false },
)
export type Conditions = Static<typeof Conditions>

/** Deals and contacts that meet the conditions go into this sequence; null: into none. */
export const Branch = Type.Object(
  { name: Type.String({ minLength: 1, maxLength: 80 }), when: Conditions, sequenceId: Type.Union([Id, Type.Null()]) },
  { additionalProperties: false },
)
export type Branch = Static<typeof Branch>

/** One of HubSpot's association types between deal and contact: the pair is the key, the label may be renamed. */
export const AssociationLabel = Type.Object(
  {
    category: Type.Union([
      Type.Literal('HUBSPOT_DEFINED'),
      Type.Literal('USER_DEFINED'),
      Type.Literal('INTEGRATOR_DEFINED'),
    ]),
    typeId: Type.Integer({ minimum: 1 }),
    label: Type.String({ minLength: 1, maxLength: 100 }),
  },
  { additionalProperties: false },
)
export type AssociationLabel = Static<typeof AssociationLabel>

export const Target = Type.Union([
  Type.Object({ kind: Type.Literal('all') }, { additionalProperties: false }),
  /** The deal's primary contact; the only contact of a deal counts as it. */
  Type.Object({ kind: Type.Literal('primary') }, { additionalProperties: false }),
  /** Contacts with at least one of these labels. */
  Type.Object(
    { kind: Type.Literal('labels'), labels: Type.Array(AssociationLabel, { minItems: 1, maxItems: 20 }) },
    { additionalProperties: false },
  ),
])
export type Target = Static<typeof Target>

/** Who of a deal is enrolled when it enters the mapped stage, in what, and when not (decision 0016). */
export const EnrollmentPolicy = Type.Object(
  {
    target: Target,
    /** In this order; the first whose conditions are met decides. */
    branches: Type.Array(Branch, { maxItems: 20 }),
    /** What happens when no branch is met: the mapping's own sequence, or nobody. */
    otherwise: Type.Union([Type.Literal('mapped_sequence'), Type.Literal('nobody')]),
    /** How long the deal must have been in the stage; at most 30 days. */
    dwellMinutes: Type.Integer({ minimum: 0, maximum: 43_200 }),
    /** A deal that has left the stage again when it is decided. */
    passingThrough: Type.Union([Type.Literal('nobody'), Type.Literal('enroll')]),
    /** A deal that came from a later stage of the same pipeline. */
    movingBack: Type.Union([Type.Literal('enroll'), Type.Literal('nobody')]),
    /**
     * Of one contact, sequence and deal: `once` ever, `once_at_a_time` (not while it runs), or at `every_entry`, which starts a
     * running one over.
     */
    reEntry: Type.Union([Type.Literal('once'), Type.Literal('once_at_a_time'), Type.Literal('every_entry')]),
    /** Days (of 24 hours) between the end of a contact's last sequence, whichever it was, and the next. */
    coolDownDays: Type.Integer({ minimum: 0, maximum: 365 }),
    /** Only contacts that are in no other sequence now. */
    exclusive: Type.Boolean(),
    /** More than `entries` by one source within `minutes` wait for an admin's approval; null: never. */
    bulkLimit: Type.Union([
      Type.Object(
        {
          entries: Type.Integer({ minimum: 1, maximum: 10_000 }),
          minutes: Type.Integer({ minimum: 1, maximum: 1_440 }),
        },
        { additionalProperties: false },
      ),
      Type.Null(),
    ]),
  },
  { additionalProperties: false },
)
export type EnrollmentPolicy = Static<typeof EnrollmentPolicy>
