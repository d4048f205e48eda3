import { type Static, Type } from 'typebox'
import { SpanUnit, StepId } from './step-base.ts'

const Span = (minimum: number) =>
  Type.Object({ amount: Type.Integer({ minimum, maximum: 365 }), unit: SpanUnit }, { additionalProperties: false })

/** A task in HubSpot, of the deal and the contact; the sequence goes on when it is done. */
export const TaskStep = Type.Object(
  {
    id: StepId,
    kind: Type.Literal('task'),
    /** HubSpot documents no type for LinkedIn, so such a task is a to-do there. */
    taskType: Type.Union([Type.Literal('call'), Type.Literal('linkedin'), Type.Literal('todo')]),
    /** Templates; plain text. */
    subject: Type.String({ maxLength: 255 }),
    body: Type.String({ maxLength: 10_000 }),
    priority: Type.Optional(Type.Union([Type.Literal('low'), Type.Literal('medium'), Type.Literal('high')])),
    /** When it is due in HubSpot, counted from its making; without it at once. */
    dueIn: Type.Optional(Span(0)),
    /** How long it may take; without it for ever. */
    timeout: Type.Optional(Span(1)),
    /** What a task does that was not done in time. */
    onTimeout: Type.Union([Type.Literal('go_on'), Type.Literal('stop')]),
  },
  { additionalProperties: false },
)
export type TaskStep = Static<typeof TaskStep>

/** Sets a property of the deal or the contact in HubSpot. */
export const SetPropertyStep = Type.Object(
  {
    id: StepId,
    kind: Type.Literal('set_property'),
    object: Type.Union([Type.Literal('deal'), Type.Literal('contact')]),
    /** HubSpot's internal name; empty in a draft that is not finished. */
    property: Type.String({ maxLength: 100, pattern: '^[A-Za-z0-9_]*$' }),
    /** A template; what is empty clears the property. */
    value: Type.String({ maxLength: 2_000 }),
  },
  { additionalProperties: false },
)
export type SetPropertyStep = Static<typeof SetPropertyStep>

/** Puts the contact to a place of Stagecue's own pipeline, for this deal. */
export const SetPlaceStep = Type.Object(
  {
    id: StepId,
    kind: Type.Literal('set_place'),
    /** The id of the place; empty in a draft that is not finished. */
    stageId: Type.String({ maxLength: 40, pattern: '^[A-Za-z0-9_-]*$' }),
  },
  { additionalProperties: false },
)
export type SetPlaceStep = Static<typeof SetPlaceStep>
