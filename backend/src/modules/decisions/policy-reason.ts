import { DECISION_REASON } from '#shared/vocabulary.ts'

/** Why an entry enrolled, did not, or waits, with what people read. The reasons without a policy are among them. */
export const POLICY_REASON = {
  ...DECISION_REASON,
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
} as const
export type PolicyReason = keyof typeof POLICY_REASON
