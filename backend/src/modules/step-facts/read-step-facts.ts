import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { readContactTypes } from '#hubspot/associations.ts'
import { readContacts } from '#hubspot/contacts.ts'
import { readDeals } from '#hubspot/deals.ts'
import { findMerged } from '#hubspot/merged-ids.ts'
import { listClicked } from '#modules/clicks/list-clicked.ts'
import type { StepCondition } from '#shared/contract/step-conditions.ts'
import { selectReplies } from './repository.ts'
import type { FactsAnswer, FactsQuestion } from './step-facts.ts'

/**
 * What the conditions of a batch of runs speak of, fresh from HubSpot, by run id: up to three kinds of batch read side by
 * side, each only about the records that a condition needs. Throws as `HubSpot.call`.
 */
export async function readStepFacts(
  deps: Pick<Deps, 'hubspot' | 'db'>,
  portalId: number,
  questions: readonly FactsQuestion[],
  timeZone: string,
): Promise<Map<string, FactsAnswer>> {
  const about = (subject: StepCondition['subject']) => questions.filter((question) => isAbout(question, subject))
  const dealIds = unique(about('deal').map(({ dealId }) => dealId))
  const contactIds = unique(about('contact').map(({ contactId }) => contactId))
  const labeled = unique(about('label').map(({ dealId }) => dealId))
  const [deals, contacts, types, own] = await Promise.all([
    readDeals(deps.hubspot, portalId, dealIds, { history: false, properties: named(questions, 'deal') }),
    readContacts(deps.hubspot, portalId, contactIds, { properties: named(questions, 'contact') }),
    readContactTypes(deps.hubspot, portalId, labeled),
    readOwn(deps, portalId, questions),
  ])
  return new Map(
    questions.map((question): [string, FactsAnswer] => {
      const { runId, enrollmentId, dealId, contactId } = question
      const deal = findMerged(deals, dealId)
      const contact = findMerged(contacts, contactId)
      if (!deal && isAbout(question, 'deal')) return [runId, 'deal_deleted']
      if (!contact && isAbout(question, 'contact')) return [runId, 'contact_deleted']
      const answer = {
        deal: deal?.properties ?? {},
        contact: contact?.properties ?? {},
        timeZone,
        labels: types.get(dealId)?.get(contactId) ?? [],
        reply: own.replies.get(enrollmentId) ?? 'none',
        clicked: own.clicked.has(enrollmentId),
      }
      return [runId, answer]
    }),
  )
}

/** What HubSpot does not know: what came back to our mails. */
function readOwn(deps: Pick<Deps, 'db'>, portalId: number, questions: readonly FactsQuestion[]) {
  const enrollmentIds = unique(questions.map(({ enrollmentId }) => enrollmentId))
  return inPortal(deps.db, portalId, async (trx) => ({
    replies: await selectReplies(trx, portalId, enrollmentIds),
    clicked: await listClicked(trx, portalId, enrollmentIds),
  }))
}

function isAbout({ conditions }: FactsQuestion, subject: StepCondition['subject']): boolean {
  return conditions.some((condition) => condition.subject === subject)
}

function named(questions: readonly FactsQuestion[], subject: 'deal' | 'contact'): string[] {
  return unique(
    questions.flatMap(({ conditions }) =>
      conditions.flatMap((condition) => (condition.subject === subject ? condition.property : [])),
    ),
  )
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)]
}
