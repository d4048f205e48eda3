/** What "Start from an example" fills in: a follow-up in three steps. Pure data; imports nothing, so cards may use it. */
export const EXAMPLE_SEQUENCE = {
  name: 'Demo follow-up',
  definition: {
    stopWhenStageLeft: true,
    steps: [
      {
        id: 'example-first',
        kind: 'email' as const,
        subject: 'Looking forward to our demo',
        body: [
          'Hello {{ contact.firstname | default: "there" }},',
          '',
          'thank you for booking a demo. Is there something you would like to see first? A short reply is enough, and I will prepare it.',
          '',
          'Best regards',
          '{{ sender.name }}',
        ].join('\n'),
      },
      { id: 'example-wait', kind: 'wait' as const, amount: 2, unit: 'days' as const },
      {
        id: 'example-second',
        kind: 'email' as const,
        subject: '',
        body: [
          'Hello {{ contact.firstname | default: "there" }},',
          '',
          'a quick question before we meet: who else at {{ contact.company | default: "your company" }} should see this? I am happy to invite them.',
          '',
          'Best regards',
          '{{ sender.name }}',
        ].join('\n'),
      },
    ],
  },
}
