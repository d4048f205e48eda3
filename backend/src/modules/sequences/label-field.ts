/** What a field is called in a sentence. */
const LABELS: Readonly<Record<string, string>> = {
  stopWhenStageLeft: 'Stop when the deal leaves the stage',
  onReply: 'When a contact replies, the others',
  holdOutPercent: 'Percent of deals that get no e-mails',
  tracking: 'Measuring',
  'tracking.clicks': 'Count clicks',
  'tracking.opens': 'Count opens',
  stopOnMeeting: 'Stop when a meeting is booked',
  stopWhenClosed: 'Stop when the deal is won or lost',
  onOwnerChange: 'When the deal gets another owner',
  calendar: 'Calendar',
  'calendar.timeZone': 'Time zone of the calendar',
  'calendar.windows': 'Sending hours',
  'calendar.businessDays': 'Business days',
  'calendar.holidays': 'Holidays',
  'calendar.ownDays': 'Days off',
}

/** The same for the parts of a step's field, which may stand deeper. */
const PARTS: Readonly<Record<string, string>> = {
  body: 'text',
  variants: 'variants',
  approval: 'approval by a person',
  arms: 'cases',
  when: 'conditions',
  items: 'conditions',
  leadsTo: 'leads to',
  otherwise: 'otherwise leads to',
  onEvent: 'when it happens, leads to',
  onTimeout: 'when it takes too long',
  timeout: 'at most',
  dueIn: 'due in',
  taskType: 'type of the task',
  stageId: 'place',
}

/** What a rule does that is not set. */
export const UNSET: Readonly<Record<string, string>> = {
  onReply: 'as usual (stop_others)',
  holdOutPercent: '0',
  tracking: 'nothing',
  stopOnMeeting: 'as usual (yes)',
  stopWhenClosed: 'as usual (yes)',
  onOwnerChange: 'as usual (hold)',
}

/** "Count clicks", "variants “b” text": what people call the field at a path; what has no words by its own name. Pure. */
export function labelOf(path: string): string {
  return (
    LABELS[path] ??
    path
      .split('.')
      .map((part) => PARTS[part] ?? part)
      .join(' ')
  )
}
