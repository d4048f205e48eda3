import type { AssociationLabel } from '#shared/contract/enrollment-policy.ts'
import type { ContactFacts } from './decide-contact.ts'
import type { Properties } from './evaluate-condition.ts'
import type { StageEntry } from './find-stage-entry.ts'

/** Who changed the stage, as the event says (HubSpot docs, webhooks guide: `changeSource`, `sourceId`). */
export interface ChangeSource {
  readonly changeSource: string | null
  readonly sourceId: string | null
}

/** A sequence a contact is or was in, through any deal. */
export interface PastEnrollment {
  readonly dealId: string
  readonly sequenceId: string
  /** The moment of the stage entry that began it; null when a person did. */
  readonly entryAt: Temporal.Instant | null
  /** Null while it runs or is paused. */
  readonly endedAt: Temporal.Instant | null
}

/** What is known of one contact of the deal. */
export interface MemberFacts extends Omit<ContactFacts, 'alreadyEnrolled'> {
  /** HubSpot's id. */
  readonly contactId: string
  /** HubSpot calls it the primary association. */
  readonly primary: boolean
  readonly labels: readonly Pick<AssociationLabel, 'category' | 'typeId'>[]
  readonly properties: Properties
  /** Of this contact, and of those that were merged into it. */
  readonly enrollments: readonly PastEnrollment[]
}

/** A published sequence, as far as enrolling depends on it. */
export interface SequenceFacts {
  readonly name: string
  readonly status: string
  readonly version: number
  /** Of a sequence that holds deals out: how many percent, and whether this deal is one of them. */
  readonly holdOut?: { readonly percent: number; readonly heldOut: boolean } | undefined
}

/** All that the decision of one stage entry depends on; the same facts always give the same decision. */
export interface EnrollmentFacts {
  readonly now: Temporal.Instant
  /** The portal's IANA zone. */
  readonly timeZone: string
  readonly connectedAt: Temporal.Instant
  /** Where the deal is now; null when it no longer exists. */
  readonly deal: { readonly pipelineId: string | null; readonly stageId: string | null } | null
  readonly dealProperties: Properties
  /** The deal's id and those of deals merged into it. */
  readonly dealIds: readonly string[]
  readonly entry: StageEntry | undefined
  /** From when on its age counts, or from the end of its time in the stage where that is later; null: it is decided at any age. */
  readonly ageFrom: Temporal.Instant | null
  /** When the deal left the stage it entered; null while it is there. */
  readonly leftAt: Temporal.Instant | null
  /** Null when the entry was found without an event, e.g. by a check of the deal. */
  readonly source: ChangeSource | null
  /** Our app's id in HubSpot, digits. */
  readonly appId: string
  /** The stages of the deal's pipeline now. */
  readonly stages: readonly { readonly stageId: string; readonly label: string; readonly order: number }[]
  /** Of the stage that was entered. */
  readonly mapping: { readonly sequenceId: string; readonly active: boolean } | undefined
  /** Published sequences by our id: the mapped one and those of the branches. */
  readonly sequences: ReadonlyMap<string, SequenceFacts>
  /** Entries by the same source around this one, itself included (`countBulkEntries`), and what an admin said to them. */
  readonly bulk: { readonly entries: number; readonly answer: 'none' | 'approved' | 'refused' }
  /** All contacts of the deal, also those decided before: who is its only one depends on it. */
  readonly contacts: readonly MemberFacts[]
}
