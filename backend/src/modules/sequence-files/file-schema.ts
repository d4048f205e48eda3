import { type Static, Type } from 'typebox'
import { MOST_SCENARIOS, Scenario } from '#shared/contract/scenario.ts'
import { SequenceDefinition } from '#shared/contract/sequence.ts'
import { FILE_KEY } from '#shared/contract/sequence-file.ts'

/** Written into every file; a file of a later format is refused instead of misread. */
export const FORMAT = 'stagecue-sequence/1'

/** The steps behind the rules: they are the long part. */
const { steps, ...rules } = SequenceDefinition.properties

/** A file: whose it is, its name, every field of a definition beside them, and what the draft is tried with. */
export const FileContent = Type.Object(
  {
    format: Type.Literal(FORMAT),
    key: Type.String({ pattern: FILE_KEY }),
    name: Type.String({ minLength: 1, maxLength: 120 }),
    ...rules,
    steps,
    /** Left out, the draft keeps its own; an empty list takes them away. */
    scenarios: Type.Optional(Type.Array(Scenario, { maxItems: MOST_SCENARIOS })),
  },
  { additionalProperties: false },
)
export type FileContent = Static<typeof FileContent>
