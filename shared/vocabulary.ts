/** The words of the product: statuses and what people read for them. Imports nothing, so cards may use the values. */

export const INSTALLATION_STATUS = {
  connected: 'Connected',
  inactive: 'Reconnect needed',
  disconnected: 'Disconnected',
} as const
export type InstallationStatus = keyof typeof INSTALLATION_STATUS

/** `finishing` enrolls nobody new and is archived when its last enrollment ends. */
export const SEQUENCE_STATUS = {
  draft: 'Draft',
  active: 'Active',
  paused: 'Paused',
  finishing: 'Finishing',
  archived: 'Archived',
} as const
export type SequenceStatus = keyof typeof SEQUENCE_STATUS

export const ENROLLMENT_STATUS = {
  active: 'Active',
  paused: 'Paused',
  completed: 'Completed',
  stopped: 'Stopped',
} as const
export type EnrollmentStatus = keyof typeof ENROLLMENT_STATUS

/** Why an enrollment ended before its last step. */
export const STOP_REASON = {
  stage_left: 'The deal left the stage',
  deal_deleted: 'The deal was deleted',
  contact_deleted: 'The contact was deleted',
  merged: 'The deal or the contact was merged with another one',
  contact_removed: 'The contact is no longer on the deal',
  unsubscribed: 'The contact unsubscribed',
  suppressed: 'The address is on the do-not-mail list',
  stopped_by_user: 'Stopped by a person',
  sequence_archived: 'The sequence was taken out of use',
  disconnected: 'HubSpot was disconnected',
  step_failed: 'A step could not be sent',
  address_rejected: 'The mail server refused the address',
  restarted: 'Started over, because the deal entered the stage again',
  replied: 'The contact replied',
  other_replied: 'Another contact of the deal replied',
  someone_replied: 'An answer came from an address that Stagecue does not know',
  bounced: 'The mail came back: the address does not take mail',
  complained: 'The contact reported the mail as spam',
  task_timed_out: 'A task was not done in time',
  meeting_booked: 'A meeting was booked',
  deal_closed: 'The deal was closed',
  owner_changed: 'The deal has a new owner',
} as const
export type StopReason = keyof typeof STOP_REASON

/** Why an enrollment is paused. */
export const PAUSE_REASON = {
  paused_by_user: 'Paused by a person',
  out_of_office: 'The contact is out of office',
  other_replied: 'Another contact of the deal replied',
  someone_replied: 'An answer came from an address that Stagecue does not know',
} as const
export type PauseReason = keyof typeof PAUSE_REASON

/** What happens to the other contacts of a deal when one of them replies. */
export const ON_REPLY = {
  go_on: 'Go on',
  pause_others: 'Pause until a person resumes them',
  stop_others: 'Stop',
} as const
export type OnReply = keyof typeof ON_REPLY

/** What a new owner of the deal does to its sequences. */
export const ON_OWNER_CHANGE = {
  go_on: 'Go on',
  hold: 'Wait until a person has looked',
  stop: 'Stop',
} as const
export type OnOwnerChange = keyof typeof ON_OWNER_CHANGE

/** What our property of a contact or deal says: values of a HubSpot property that lists and workflows use, so none is renamed. */
export const RECORD_STATUS = {
  enrolled: 'Enrolled',
  paused: 'Paused',
  completed: 'Completed',
  replied: 'Replied',
  bounced: 'Bounced',
  unsubscribed: 'Unsubscribed',
  stopped: 'Stopped',
} as const
export type RecordStatus = keyof typeof RECORD_STATUS

/** What a step of a sequence does. */
export const STEP_KIND = {
  email: 'E-mail',
  wait: 'Wait',
  branch: 'Branch',
  wait_for: 'Wait for an event',
  go_to: 'Go to a step',
  exit: 'End',
  task: 'Task',
  set_property: 'Set a property',
  set_place: 'Move to a place',
} as const
export type StepKind = keyof typeof STEP_KIND

/** `held` waits for a person and says why; `unconfirmed` is a mail nobody can know about (never sent again on its own). */
export const STEP_RUN_STATUS = {
  scheduled: 'Scheduled',
  sending: 'Sending',
  sent: 'Sent',
  done: 'Done',
  skipped: 'Skipped',
  held: 'Held',
  failed: 'Failed',
  unconfirmed: 'Unconfirmed',
  canceled: 'Canceled',
} as const
export type StepRunStatus = keyof typeof STEP_RUN_STATUS

export const DELIVERY_STATUS = {
  sending: 'Sending',
  sending_data: 'Sending',
  accepted: 'Accepted by the mail server',
  refused: 'Refused by the mail server',
  unconfirmed: 'Unconfirmed',
  canceled: 'Canceled',
} as const
export type DeliveryStatus = keyof typeof DELIVERY_STATUS

export const EVENT_STATUS = {
  pending: 'Waiting',
  done: 'Done',
  dead: 'Failed',
  ignored: 'Ignored',
} as const
export type EventStatus = keyof typeof EVENT_STATUS

export const DECISION_OUTCOME = {
  enrolled: 'Enrolled',
  not_enrolled: 'Not enrolled',
  parked: 'Waiting',
  awaiting_approval: 'Waiting for approval',
} as const
export type DecisionOutcome = keyof typeof DECISION_OUTCOME

/** Why a stage entry did or did not enroll a contact. The sentence is what the card and the settings page show. */
export const DECISION_REASON = {
  enrolled: 'Enrolled in the mapped sequence',
  no_mapping: 'No mapping for this stage',
  mapping_off: 'The mapping of this stage is switched off',
  sequence_not_active: 'The mapped sequence is not active',
  stage_moved_on: 'The deal had already left the stage',
  not_a_stage_entry: 'The stage did not really change',
  before_connection: 'The deal was in the stage before Stagecue was connected',
  too_old: 'It was heard of more than a day late',
  deal_gone: 'The deal no longer exists',
  no_contact: 'The deal has no contact yet',
  no_email: 'The contact has no e-mail address',
  invalid_email: 'The contact has no valid e-mail address',
  suppressed: 'The address is on the do-not-mail list',
  opted_out: 'The contact opted out of e-mail in HubSpot',
  already_enrolled: 'Already enrolled through this deal',
  contact_gone: 'The contact no longer exists',
  joined_late: 'The contact joined the deal later than the entry',
  own_write: 'Stagecue itself moved the deal',
  moved_back: 'The deal was moved back to this stage',
  dwelling: 'The deal is not long enough in the stage yet',
  left_too_soon: 'The deal left the stage too soon',
  bulk_waiting: 'Part of a large change that an admin must approve',
  bulk_refused: 'Part of a large change that an admin refused',
  no_target_contact: 'No contact of the deal is one this mapping enrolls',
  not_targeted: 'The contact is not one this mapping enrolls',
  branch_nobody: 'A branch of the mapping enrolls nobody here',
  no_branch: 'No branch of the mapping applies',
  branch_unknown: 'A branch of the mapping could not be told',
  entry_used: 'This entry already enrolled the contact',
  enrolled_before: 'The contact was in this sequence before, through this deal',
  in_other_sequence: 'The contact is in another sequence',
  cooling_down: 'The contact was in a sequence too recently',
  held_out: 'The deal is in the group that gets no mails, to compare with',
} as const
export type DecisionReason = keyof typeof DECISION_REASON
