import { isAppError } from '#core/errors.ts'
import { exampleValues, type MergeValues } from '#mail/merge-fields.ts'
import { type RenderedMail, renderMail } from '#mail/render-mail.ts'
import type { PreflightFinding } from '#shared/contract/preflight.ts'
import type { SequenceDefinition } from '#shared/contract/sequence.ts'
import { firstMails } from '#shared/step-flow.ts'
import { checkBody } from './check-body.ts'
import { checkLinks } from './check-links.ts'
import { checkOrder } from './check-order.ts'
import { checkSender, type DomainFacts, type SenderFacts } from './check-sender.ts'
import { checkSubject } from './check-subject.ts'
import { type FindingOf, findingsOf } from './finding.ts'
import { listWritings, type Writing } from './list-writings.ts'

export interface SequenceToCheck {
  readonly definition: SequenceDefinition
  readonly sender: SenderFacts
  /** Undefined when nobody looked. */
  readonly domain: DomainFacts | undefined
  /** Of a real contact, where one was chosen. */
  readonly values: MergeValues | undefined
}

/** Always known when a mail is sent; any other field may be empty in HubSpot. */
const ALWAYS: MergeValues = Object.fromEntries(
  ['contact.email', 'deal.name', 'deal.stage', 'deal.pipeline', 'sender.name', 'portal.name'].map((name) => [
    name,
    '-',
  ]),
)

/**
 * What to look at before a sequence goes live, errors first. Pure. An error would make a wrong mail; a warning is for a person
 * to judge. What cannot be published for itself, a missing text for example, is said by `checkPublishable` and not repeated.
 */
export function checkSequence({ definition, sender, domain, values }: SequenceToCheck): PreflightFinding[] {
  const { steps } = definition
  const first = firstMails(steps)
  const findings = [
    ...checkSender(sender, domain),
    ...steps
      .flatMap(listWritings)
      .flatMap((writing) => checkWriting(writing, first.has(writing.index), values, findingsOf(writing))),
    ...checkOrder(steps),
  ]
  return findings.toSorted((one, other) => weight(one) - weight(other))
}

function weight({ severity }: PreflightFinding): number {
  return severity === 'error' ? 0 : 1
}

function checkWriting(
  writing: Writing,
  first: boolean,
  values: MergeValues | undefined,
  found: FindingOf,
): PreflightFinding[] {
  if (!writing.body.trim()) return []
  try {
    const mail = fill(writing, { ...exampleValues(), ...known(values ?? {}) })
    return [
      ...checkValues(writing, values, found),
      ...(mail.subject ? checkSubject(mail.subject, first, found) : []),
      ...checkBody(mail, writing.body, found),
      ...checkLinks(mail.html, found),
    ]
  } catch (error) {
    // A template that was fine when it was saved and is not any more.
    if (!isAppError(error, 'template_invalid')) throw error
    return [found('error', null, error.message)]
  }
}

/** Every value is there, so nothing can be missing. */
function fill(writing: Writing, values: MergeValues): RenderedMail {
  const mail = renderMail(writing, values)
  return 'unfilled' in mail ? { subject: '', text: '', html: '' } : mail
}

function checkValues(writing: Writing, values: MergeValues | undefined, found: FindingOf): PreflightFinding[] {
  const missingHere = values ? unfilled(writing, values) : []
  const mayMiss = unfilled(writing, ALWAYS).filter((name) => !missingHere.includes(name))
  return [
    ...missingHere.map((name) =>
      found('warning', null, `the chosen contact has no ${name}, so the mail would be held. ${withDefault(name)}`),
    ),
    ...mayMiss.map((name) =>
      found('warning', null, `it is held for everybody who has no ${name}. ${withDefault(name)}`),
    ),
  ]
}

function withDefault(name: string): string {
  return `Give it a default: {{ ${name} | default: "…" }}.`
}

function unfilled(writing: Writing, values: MergeValues): readonly string[] {
  const mail = renderMail(writing, values)
  return 'unfilled' in mail ? mail.unfilled : []
}

function known(values: MergeValues): MergeValues {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value?.trim()))
}
