import { type Static, Type } from 'typebox'
import { SequenceDefinition } from '#shared/contract/sequence.ts'
import { FILE_KEY } from '#shared/contract/sequence-file.ts'

/** Written into every file; a file of a later format is refused instead of misread. */
export const FORMAT = 'stagecue-sequence/1'

/** The steps last: they are the long part. */
const { steps, ...rules } = SequenceDefinition.properties

/** A file: whose it is, its name, and every field of a definition beside them. */
export const FileContent = Type.Object(
  {
    format: Type.Literal(FORMAT),
    key: Type.String({ pattern: FILE_KEY }),
    name: Type.String({ minLength: 1, maxLength: 120 }),
    ...rules,
    steps,
  },
  { additionalProperties: false },
)
export type FileContent = Static<typeof FileContent>
