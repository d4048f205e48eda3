import type { Sequence, SequenceDefinition } from '@stagecue/shared/contract/sequence.ts'

/**
 * Three e-mails over a week that follow up on a proposal. Merge fields are taken from what the sequence offers, so the
 * example never names one that does not exist; without any it greets nobody by name.
 */
export function exampleSequence(fields: Sequence['fields']): { name: string; definition: SequenceDefinition } {
  const first = fieldLike(fields, /first.?name/i)
  const deal = fieldLike(fields, /deal.*name/i)
  const greeting = first === null ? 'Hello,' : `Hello ${first},`
  const proposal = deal === null ? 'our proposal' : `our proposal for ${deal}`
  return {
    name: 'Follow up on a proposal',
    definition: {
      stopWhenStageLeft: true,
      steps: [
        {
          id: 'example-1',
          kind: 'email',
          subject: 'Your proposal',
          body: `${greeting}\n\nyou should have ${proposal} by now. Is there anything you would like us to explain or change?\n\nA short reply is enough.`,
        },
        { id: 'example-wait-1', kind: 'wait', amount: 3, unit: 'days' },
        {
          id: 'example-2',
          kind: 'email',
          subject: 'Any questions about the proposal?',
          body: `${greeting}\n\nI wanted to ask whether ${proposal} raised any questions. We can go through it together on a call of 20 minutes.\n\nWhich day suits you?`,
        },
        { id: 'example-wait-2', kind: 'wait', amount: 4, unit: 'days' },
        {
          id: 'example-3',
          kind: 'email',
          subject: 'Shall I keep this open?',
          body: `${greeting}\n\nI have not heard from you, so the timing may be wrong. Shall I keep ${proposal} open, or come back to you later?`,
        },
      ],
    },
  }
}

function fieldLike(fields: Sequence['fields'], pattern: RegExp): string | null {
  const field = fields.find(({ name }) => pattern.test(name))
  return field === undefined ? null : `{{ ${field.name} }}`
}
