const GREETING = 'Hi {{ contact.firstname | default: "there" }},'
const END = ['', 'Best regards,', '{{ sender.name }}']

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
        'Our proposal: any questions?',
        'You should have our proposal by now. Is there anything you would like us to explain or change?',
        'A short reply is enough.',
      ),
      { id: 'example-2', kind: 'wait' as const, amount: 3, unit: 'days' as const },
      mail(
        'example-3',
        'Would a short call help?',
        'If our proposal raised any questions, we can go through it together in a 20-minute call.',
        'Which day works for you?',
      ),
      { id: 'example-4', kind: 'wait' as const, amount: 4, unit: 'days' as const },
      mail(
        'example-5',
        'Should I keep this open?',
        'We have not agreed on a next step yet, so the timing may be off. Should I keep the proposal open, or check back with you later?',
        'Either answer helps.',
      ),
    ],
  },
}
