import type { Sequence } from '#shared/contract/sequence.ts'
import type { SequenceRecord } from './repository.ts'
import type { TemplateTools } from './template-tools.ts'

/** A stored sequence as the editor shows it. */
export function toSequence(record: SequenceRecord, tools: Pick<TemplateTools, 'fields'>): Sequence {
  const { id, name, status, version, draft, revision, draftPublished } = record
  return {
    id,
    name,
    status,
    version,
    draft,
    revision,
    hasUnpublishedChanges: !draftPublished,
    fields: tools.fields.map((field) => ({ ...field })),
  }
}
