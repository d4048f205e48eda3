/** A value that a template may use; `example` fills the preview. */
export interface MergeField {
  readonly name: string
  readonly example: string
}

/** Every merge field there is. A template that names another one is refused when it is saved. */
export const MERGE_FIELDS = [
  { name: 'contact.firstname', example: 'Ada' },
  { name: 'contact.lastname', example: 'Lovelace' },
  { name: 'contact.email', example: 'ada@example.com' },
  { name: 'contact.company', example: 'Analytical Engines Ltd.' },
  { name: 'contact.phone', example: '+44 20 7946 0958' },
  { name: 'deal.name', example: 'Analytical Engines – 20 licenses' },
  { name: 'deal.amount', example: '12000' },
  { name: 'deal.stage', example: 'Proposal sent' },
  { name: 'deal.pipeline', example: 'Sales pipeline' },
  { name: 'sender.name', example: 'Charles Babbage' },
  { name: 'portal.name', example: 'Difference Machines' },
] as const satisfies readonly MergeField[]

export type MergeFieldName = (typeof MERGE_FIELDS)[number]['name']

/** What is known of each field; null, missing and blank are the same: not known. */
export type MergeValues = Readonly<Partial<Record<MergeFieldName, string | null>>>

const NAMES: ReadonlySet<string> = new Set(MERGE_FIELDS.map((field) => field.name))

export function isMergeField(name: string): name is MergeFieldName {
  return NAMES.has(name)
}

/** The examples as values, for a preview. */
export function exampleValues(): MergeValues {
  return Object.fromEntries(MERGE_FIELDS.map((field) => [field.name, field.example]))
}
