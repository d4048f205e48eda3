import { exampleValues, type MergeValues } from '#mail/merge-fields.ts'
import type { MailFacts } from '#modules/steps/get-mail-facts.ts'
import { mergeValuesOf } from '#modules/steps/merge-values.ts'
import type { StepSender } from '#modules/steps/sender.ts'
import type { Sample } from './read-sample.ts'

/** The values of a mail that is only looked at, by the rule that sending follows; of nobody: examples. Pure. */
export function fillValues(sample: Sample | undefined, facts: MailFacts, sender: StepSender): MergeValues {
  if (sample) return mergeValuesOf(sample, undefined, facts.portal, sender, facts.labels)
  const own = { 'sender.name': sender.name, 'portal.name': facts.portal.accountName }
  return { ...exampleValues(), ...Object.fromEntries(Object.entries(own).filter(([, value]) => value)) }
}
