import { type Static, Type } from 'typebox'

/** HubSpot's id of a deal, contact, owner: digits, kept as text because ids may exceed 32 bits. */
export const HubSpotId = Type.String({ pattern: '^[1-9][0-9]{0,18}$' })

/** HubSpot's internal id of a pipeline or stage (not its label: labels may change). */
export const PipelineKey = Type.String({ minLength: 1, maxLength: 128, pattern: '^[^\\u0000-\\u001f]+$' })

/** An id of ours: UUID. */
export const Id = Type.String({ pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' })

/** A moment, ISO 8601 in UTC. */
export const Moment = Type.String({ maxLength: 40 })

/**
 * Made once when a dialog opens and sent with every try of that change. HubSpot's proxy repeats a `hubspot.fetch` once on
 * its own after a 5xx, so a change without this key would happen twice.
 */
export const IdempotencyKey = Type.String({ minLength: 8, maxLength: 64, pattern: '^[A-Za-z0-9_-]+$' })

/** Which state a setting is in: 0 until somebody changes it. */
export const Revision = Type.Integer({ minimum: 0 })

/**
 * The revision that a change was made on, as it was read; left out: the setting was never changed. Refused as `outdated` when
 * the setting is at another one by then, so that nobody overwrites what they have not seen.
 */
export const MadeOn = Type.Optional(Revision)

/** The body of a change that needs nothing but its key. */
export const Change = Type.Object({ idempotencyKey: IdempotencyKey }, { additionalProperties: false })
export type Change = Static<typeof Change>

/** Why something was refused. The UI switches on `code` and shows `message`. */
export const Problem = Type.Object({
  ok: Type.Literal(false),
  error: Type.Object({
    code: Type.String(),
    message: Type.String(),
    requestId: Type.String(),
    /** Where in the input, for forms: e.g. `steps.2.subject`. */
    field: Type.Optional(Type.String()),
  }),
})
export type Problem = Static<typeof Problem>

/**
 * Every answer of `/api`. A refusal that a person should read travels as 200 with `ok: false`, because HubSpot's proxy
 * turns other statuses into a gateway error without our message (decision 0005).
 */
export function Answer<T extends Parameters<typeof Type.Object>[0][string]>(data: T) {
  return Type.Union([Type.Object({ ok: Type.Literal(true), data }), Problem])
}

/** Empty success. */
export const Done = Type.Object({ done: Type.Literal(true) })
export type Done = Static<typeof Done>
