import { REMOVED_FROM } from '#modules/version-moves/removed-from.ts'
import { DECISION_REASON, PAUSE_REASON, STOP_REASON } from '#shared/vocabulary.ts'
import type { ActivityKind } from './kinds.ts'

/** What a sentence may use. Every key of `data` is optional: an old line must still read well. */
export interface Describable {
  readonly kind: string
  readonly dealId: string | null
  readonly contactId: string | null
  /** Whom it is about, as people call them; missing where it is about nobody or nobody knows. */
  readonly contact?: string | null
  readonly data: Record<string, unknown>
}

type Sentence = (activity: Describable) => string

/**
 * The keys of `data` each kind uses: `sequence`, `stage`, `pipeline`, `version`, `step` (number from 1), `subject`,
 * `reason` (a stop or decision reason, or a sentence), `source`, `count`, `active`, `type`, `fromName`.
 */
const SENTENCES: Record<ActivityKind, Sentence> = {
  'installation.connected': () => 'Stagecue was connected to HubSpot',
  'installation.reconnected': () => 'Stagecue was connected to HubSpot again',
  'installation.became_inactive': (activity) => `The connection to HubSpot stopped working${because(activity)}`,
  'installation.disconnected': () => 'Stagecue was disconnected from HubSpot',
  'admins.saved': ({ data }) => `The list of admins was changed${amount(data.count, ' to ', 'person', 'people')}`,
  'sender.saved': ({ data }) => `The sender was changed${data.fromName ? ` to ${data.fromName}` : ''}`,
  'sender.added': ({ data }) => `${data.address ?? 'A sender'} was added to the senders`,
  'sender.changed': ({ data }) => `The sender ${data.address ?? 'of an address'} was changed`,
  'sender.made_default': ({ data }) => `${data.address ?? 'A sender'} is the default sender now`,
  'owner.linked': ({ data }) => `The sender of ${data.owner ?? 'an owner'}’s deals was changed`,
  'owners.refreshed': ({ data }) => `Owners were read from HubSpot${amount(data.count, ': ', 'owner', 'owners')}`,
  'domain.checked': ({ data }) => `The DNS of ${data.domain ?? 'a domain'} was checked`,
  'domain.capped': ({ data }) => `The daily cap of ${data.domain ?? 'a domain'} was changed`,
  'mailbox.passed_over': (activity) =>
    `A mail in the mailbox of ${activity.data.address ?? 'a sender'} was passed over; look there whether it is an answer${because(activity)}`,
  'rules.saved': () => 'The limits of sending were changed',
  'sending.stopped': (activity) =>
    `${activity.data.firstOnly ? 'First e-mails were' : 'Sending was'} stopped${forSequence(activity.data)}${because(activity)}`,
  'sending.allowed': ({ data }) => `Sending was allowed again${forSequence(data)}`,
  'late_mails.approved': ({ data }) => `Late e-mails were approved${amount(data.count, ': ', 'e-mail', 'e-mails')}`,
  'late_mails.skipped': ({ data }) => `Late e-mails were skipped${amount(data.count, ': ', 'e-mail', 'e-mails')}`,
  'pipelines.refreshed': ({ data }) =>
    `Pipelines were read from HubSpot${amount(data.pipelines, ': ', 'pipeline', 'pipelines')}${amount(data.stages, ', ', 'stage', 'stages')}`,
  'mapping.saved': ({ data }) =>
    `${data.stage ?? 'A stage'} now starts ${data.sequence ?? 'a sequence'}${data.active === false ? ' (switched off)' : ''}`,
  'mapping.removed': ({ data }) => `${data.stage ?? 'A stage'} no longer starts ${data.sequence ?? 'a sequence'}`,
  'approval.approved': ({ data }) =>
    `A large change was approved: ${data.stage ?? 'a stage'}${amount(data.count, ', ', 'deal', 'deals')}`,
  'approval.refused': ({ data }) =>
    `A large change was refused: ${data.stage ?? 'a stage'}${amount(data.count, ', ', 'deal', 'deals')}`,
  'sequence.created': ({ data }) => `The sequence ${named(data)}was created`,
  'sequence.saved': ({ data }) => `The draft of the sequence ${named(data)}was saved`,
  'sequence.published': ({ data }) =>
    `The sequence ${named(data)}was published${data.version ? ` as version ${data.version}` : ''}`,
  'sequence.paused': ({ data }) => `The sequence ${named(data)}was paused`,
  'sequence.resumed': ({ data }) => `The sequence ${named(data)}was resumed`,
  'sequence.archived': ({ data }) =>
    `The sequence ${named(data)}was archived${amount(data.count, ', ', 'enrollment in it is stopped', 'enrollments in it are stopped')}`,
  'sequence.finishing': ({ data }) =>
    `The sequence ${named(data)}finishes: nobody new is enrolled${amount(data.count, ', ', 'enrollment goes on', 'enrollments go on')}`,
  'sequence.moved': ({ data }) =>
    `Running enrollments of ${data.sequence ? `“${data.sequence}”` : 'a sequence'} are moved to ${data.version ? `version ${data.version}` : 'another version'}`,
  'sequence.restored': ({ data }) =>
    `${data.version ? `Version ${data.version}` : 'A version'} of the sequence ${named(data)}was made the draft`,
  'sequence.imported': ({ data }) => `The draft of the sequence ${named(data)}came from a file`,
  'sequence.submitted': ({ data }) => `The sequence ${named(data)}waits for another admin to approve it`,
  'sequence.returned': ({ data }) => `The sequence ${named(data)}was not approved and went back to its draft`,
  'sequence.withdrawn': ({ data }) => `The sequence ${named(data)}no longer waits to be approved`,
  'publishing.switched': ({ data }) =>
    data.active === false
      ? 'Sequences go live without a second admin’s approval'
      : 'Sequences need a second admin’s approval before they go live',
  'scenarios.saved': ({ data }) =>
    `The scenarios of the sequence ${named(data)}were saved${amount(data.count, ': ', 'scenario', 'scenarios')}`,
  'deal.entered_stage': ({ data }) => `Deal moved to ${data.stage ?? 'another stage'} in HubSpot`,
  'deal.left_stage': ({ data }) => `Deal left ${data.stage ?? 'its stage'} in HubSpot`,
  'contact.synced': ({ dealId, contact }) =>
    `Contact ${contact ? `${contact} ` : ''}synced from HubSpot${dealId ? ` deal #${dealId}` : ''}`,
  'contact.unsubscribed': (activity) =>
    `${who(activity)} unsubscribed${activity.data.sequence ? ` through a mail of ${activity.data.sequence}` : ''}`,
  'contact.erased': () => 'The personal data of a contact was erased',
  'contact.replied': (activity) => `${who(activity)} replied to ${stepOrSequence(activity)}`,
  'contact.bounced': (activity) => `A mail of ${about(activity)} came back${because(activity)}`,
  'contact.complained': (activity) => `${who(activity)} reported a mail of ${stepOrSequence(activity)} as spam`,
  'contact.away': (activity) =>
    `${who(activity)} is out of office${activity.data.until ? ` until ${activity.data.until}` : ''}${activity.data.sequence ? `, says an answer to ${stepOrSequence(activity)}` : ''}`,
  'contact.clicked': (activity) =>
    `${who(activity)} clicked ${activity.data.link ? `link ${activity.data.link}` : 'a link'} of ${step(activity.data, 'step')}`,
  'mail.delayed': (activity) => `A mail of ${about(activity)} was not delivered, and may be later${because(activity)}`,
  'mail.refused': (activity) =>
    `The mail server of ${activity.contact ?? 'the contact'} refused a mail of ${stepOrSequence(activity)}${because(activity)}`,
  'mail.automatic': (activity) => `A program answered a mail of ${about(activity)}; nothing was changed`,
  'mail.unclear': (activity) =>
    `A mail came in that belongs to ${about(activity)} and could not be understood; look into the mailbox`,
  'mail.answered': (activity) =>
    `A mail of ${about(activity)} was answered from an address that Stagecue does not know; look into the mailbox`,
  'mail.team_answered': (activity) =>
    `One of your own people answered in the conversation of ${stepOrSequence(activity)}${activity.contact ? ` with ${activity.contact}` : ''}; nothing was changed`,
  'enrollment.started': ({ contact, data }) =>
    `${contact ? `${contact} was enrolled` : 'Enrolled'} in ${data.sequence ?? 'a sequence'}${data.source === 'manual' ? ' by hand' : ''}`,
  'enrollment.refused': (activity) =>
    `${activity.contact ? `${activity.contact} was not enrolled` : 'Not enrolled'} in ${activity.data.sequence ?? 'the sequence'}${because(activity)}`,
  'enrollment.paused': (activity) => `${sequence(activity)} was paused${forContact(activity)}${because(activity)}`,
  'enrollment.resumed': (activity) => `${sequence(activity)} was resumed${forContact(activity)}`,
  'enrollment.completed': (activity) =>
    `${sequence(activity)} was completed${forContact(activity)}${why(activity.data)}`,
  'enrollment.stopped': (activity) => `${sequence(activity)} was stopped${forContact(activity)}${because(activity)}`,
  'enrollment.moved': (activity) =>
    `${sequence(activity)} goes on${forContact(activity)} with ${activity.data.version ? `version ${activity.data.version}` : 'another version'}${activity.data.step ? `, at step ${activity.data.step}` : ''}`,
  'enrollment.carried_over': (activity) =>
    `${sequence(activity)} goes on${forContact(activity)} after a merge in HubSpot`,
  'step.sent': (activity) => `${stepFor(activity)} was accepted by the mail server`,
  'step.held': (activity) => `${stepFor(activity)} waits for a decision${because(activity)}`,
  'step.failed': (activity) => `${stepFor(activity)} could not be sent${because(activity)}`,
  'step.unconfirmed': (activity) =>
    `Nobody can tell whether ${stepFor(activity, 'step')} was sent; it is not sent again by itself`,
  'step.retried': (activity) => `${stepFor(activity)} is tried again`,
  'step.resent': (activity) => `${stepFor(activity)} is sent once more on request`,
  'step.skipped': (activity) => `${stepFor(activity)} was skipped${because(activity)}`,
  'step.left': (activity) => `${stepFor(activity)} was left as it is, although nobody can tell whether it was sent`,
  'step.steered': (activity) => `${stepFor(activity)} was passed${because(activity)}`,
  'mail.approved': (activity) =>
    `${stepFor(activity)} was approved${activity.data.edited === true ? ' with other words' : ''} and goes out in its sending hours`,
  'task.created': (activity) => `The task of ${stepFor(activity, 'step')} was created in HubSpot`,
  'task.done': (activity) => `The task of ${stepFor(activity, 'step')} was done`,
  'task.skipped': (activity) => `The task of ${stepFor(activity, 'step')} was skipped${because(activity)}`,
  'task.timed_out': (activity) => `The task of ${stepFor(activity, 'step')} was not done in time`,
  'places.saved': ({ data }) => `The places were changed${amount(data.count, ': ', 'place', 'places')}`,
  'contact.placed': ({ contact, data }) =>
    `${contact ?? 'A contact'} was put to ${data.place ? `“${data.place}”` : 'another place'}`,
  'status.switched': ({ data }) => `Writing the status to HubSpot was switched ${data.active === false ? 'off' : 'on'}`,
  'hubspot_mail.saved': () => 'What HubSpot is told of opt-outs and e-mails was changed',
  'deal.converted': ({ data }) => `The deal was won after ${data.sequence ?? 'a sequence'}`,
  'test_mail.asked': ({ data }) => `A test mail of ${step(data, 'step')} was asked for`,
  'event.rerun': ({ data }) => `An event from HubSpot is processed again${data.type ? ` (${data.type})` : ''}`,
  'event.deleted': ({ data }) => `An event from HubSpot was deleted from the list${data.type ? ` (${data.type})` : ''}`,
}

/** One line of the activity log as a sentence for people, without a full stop. Pure. */
export function describeActivity(activity: Describable): string {
  return isKnown(activity.kind) ? SENTENCES[activity.kind](activity) : activity.kind.replace(/[._]/g, ' ')
}

function isKnown(kind: string): kind is ActivityKind {
  return Object.hasOwn(SENTENCES, kind)
}

function named(data: Record<string, unknown>): string {
  return data.sequence ? `“${data.sequence}” ` : ''
}

function who({ contact }: Describable): string {
  return contact ?? 'The contact'
}

function forContact({ contact }: Describable): string {
  return contact ? ` for ${contact}` : ''
}

function sequence({ data }: Describable): string {
  return typeof data.sequence === 'string' ? data.sequence : 'The sequence'
}

/** "step 2 of Demo", or what is known of it. */
function stepOrSequence({ data }: Describable): string {
  if (data.step) return step(data, 'step')
  return data.sequence ? `“${data.sequence}”` : 'a sequence'
}

/** "step 2 of Demo to Ada Lovelace". */
function about(activity: Describable): string {
  return `${stepOrSequence(activity)}${activity.contact ? ` to ${activity.contact}` : ''}`
}

/** "Step 2 of Demo for Ada Lovelace". */
function stepFor(activity: Describable, word = 'Step'): string {
  return `${step(activity.data, word)}${forContact(activity)}`
}

function forSequence(data: Record<string, unknown>): string {
  return data.sequence ? ` for “${data.sequence}”` : ''
}

function step(data: Record<string, unknown>, word = 'Step'): string {
  const some = word === 'Step' ? 'A step' : 'a step'
  const place = Number(data.step ?? 0)
  // A step that a move to another version left behind.
  const number = place > REMOVED_FROM ? `${some} of an earlier version` : place > 0 ? `${word} ${place}` : some
  const subject = data.subject ? ` “${data.subject}”` : ''
  return `${number}${subject}${data.sequence ? ` of ${data.sequence}` : ''}`
}

/** ": the deal left the stage". A reason is one of our words or a sentence already. */
function because({ data }: Describable): string {
  if (typeof data.reason !== 'string' || data.reason === '') return ''
  const sentence = REASONS[data.reason] ?? data.reason
  const trimmed = sentence.replace(/\.$/, '')
  return `: ${trimmed.charAt(0).toLowerCase()}${trimmed.slice(1)}`
}

/** ", at step 4: no longer interested". */
function why(data: Record<string, unknown>): string {
  return typeof data.why === 'string' ? `: ${data.why.replace(/\.$/, '')}` : ''
}

const REASONS: Readonly<Record<string, string>> = { ...DECISION_REASON, ...PAUSE_REASON, ...STOP_REASON }

function amount(value: unknown, before: string, one: string, many: string): string {
  return typeof value === 'number' ? `${before}${value} ${value === 1 ? one : many}` : ''
}
