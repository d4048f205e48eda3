const GREETING = 'Hello {{ contact.firstname | default: "there" }},'
const END = ['', 'Best regards', '{{ sender.name }}']
const DEAL = '{{ deal.name | default: "your project" }}'

function mail(id: string, subject: string, ...paragraphs: string[]) {
  const body = [GREETING, '', paragraphs.join('\n\n'), ...END].join('\n')
  return { id, kind: 'email' as const, subject, body }
}

/**
 * What "Start from an example" fills in: three e-mails over a week that follow up on a proposal. It can be published as it is.
 * Pure data; imports nothing, so cards may use it.
 */
export const EXAMPLE_SEQUENCE = {
  name: 'Proposal follow-up',
  definition: {
    stopWhenStageLeft: true,
    steps: [
      mail(
        'example-1',
        `Your proposal for ${DEAL}`,
        `you should have our proposal for ${DEAL} by now. Is there anything you would like us to explain or change?`,
        'A short reply is enough.',
      ),
      { id: 'example-2', kind: 'wait' as const, amount: 3, unit: 'days' as const },
      mail(
        'example-3',
        'Any questions about the proposal?',
        'did our proposal raise any questions? We can go through it together on a call of 20 minutes.',
        'Which day suits you?',
      ),
      { id: 'example-4', kind: 'wait' as const, amount: 4, unit: 'days' as const },
      mail(
        'example-5',
        'Shall I keep this open?',
        'I have not heard from you, so the timing may be wrong. Shall I keep the proposal open, or come back to you later?',
        'Either answer helps me.',
      ),
    ],
  },
}
