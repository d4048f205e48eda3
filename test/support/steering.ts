import type { Condition } from '#shared/contract/enrollment-policy.ts'
import type { EmailStep, Step } from '#shared/contract/sequence.ts'
import type { BranchStep } from '#shared/contract/step-branch.ts'
import type { StepCondition } from '#shared/contract/step-conditions.ts'
import type { WaitForStep } from '#shared/contract/step-wait-for.ts'

/** The deal is worth at least 10,000. */
export const LARGE: StepCondition = {
  ...{ subject: 'deal', property: 'amount', type: 'number' },
  ...{ operator: 'at_least', value: '10000' },
}

/** A branch with one case, "Large", which is taken for a deal of 10,000 or what is given. */
export const branch = (
  id: string,
  leadsTo: string,
  otherwise: string,
  condition: StepCondition = LARGE,
): Step & BranchStep => ({
  id,
  kind: 'branch',
  arms: [{ name: 'Large', when: { match: 'all', items: [condition] }, leadsTo }],
  otherwise,
})

/** A wait for a reply of three days, or what is given. */
export const waitFor = (
  id: string,
  given: Partial<Pick<WaitForStep, 'event' | 'onEvent' | 'onTimeout'>> & { condition?: Condition } = {},
): Step & WaitForStep =>
  ({
    id,
    kind: 'wait_for',
    event: 'reply',
    timeout: { amount: 3, unit: 'days' },
    onEvent: 'next',
    onTimeout: 'next',
    ...given,
  }) as WaitForStep

export const goTo = (id: string, leadsTo: string): Step => ({ id, kind: 'go_to', leadsTo })

export const exit = (id: string, reason = 'Not interested'): Step => ({ id, kind: 'exit', reason })

/** An e-mail of which half the contacts get "Subject A" and half "Subject B". */
export const variants = (id: string): Step & EmailStep => ({
  ...{ id, kind: 'email', subject: 'Subject A', body: 'Hi' },
  variants: [
    { id: 'a', subject: 'Subject A', body: 'Hello {{ contact.firstname }}, this is A.' },
    { id: 'b', subject: 'Subject B', body: 'Hello {{ contact.firstname }}, this is B.' },
  ],
})
