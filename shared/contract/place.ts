import { type Static, Type } from 'typebox'
import { IdempotencyKey, MadeOn, PipelineKey, Revision } from './common.ts'

/** One stage of Stagecue's own pipeline. */
export const Place = Type.Object(
  {
    id: Type.String({ minLength: 1, maxLength: 40, pattern: '^[A-Za-z0-9_-]+$' }),
    name: Type.String({ minLength: 1, maxLength: 60 }),
    /** A deal that enters one of these stages of HubSpot takes its contacts here. A stage leads to one place at most. */
    stages: Type.Optional(
      Type.Array(Type.Object({ pipelineId: PipelineKey, stageId: PipelineKey }, { additionalProperties: false }), {
        maxItems: 100,
      }),
    ),
  },
  { additionalProperties: false },
)
export type Place = Static<typeof Place>

/** In order. */
export const Places = Type.Object({ places: Type.Array(Place), revision: Revision })
export type Places = Static<typeof Places>

/** Replaces the whole list; a place that is missing is taken off, and contacts who are there stay. */
export const SavePlaces = Type.Object(
  { places: Type.Array(Place, { minItems: 1, maxItems: 20 }), revision: MadeOn, idempotencyKey: IdempotencyKey },
  { additionalProperties: false },
)
export type SavePlaces = Static<typeof SavePlaces>
