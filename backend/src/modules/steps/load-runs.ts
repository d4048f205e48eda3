import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { normalizeAddress } from '#mail/address.ts'
import { listNews } from '#modules/events/list-news.ts'
import { readRules } from '#modules/limits/get-rules.ts'
import { findRestoredAt } from '#modules/restores/find-restored-at.ts'
import type { SenderChoices } from '#modules/senders/choose-sender.ts'
import { readChoices } from '#modules/senders/read-choices.ts'
import { findSuppressions } from '#modules/suppressions/find-suppressions.ts'
import type { ClaimedRun } from './claim-repository.ts'
import { type Continuing, type EarlierMail, selectEarlierMails } from './earlier-mails-repository.ts'
import {
  type PortalState,
  type RunState,
  selectClosedStages,
  selectLabels,
  selectPortalState,
  selectRunStates,
} from './state-repository.ts'
import { withWords } from './with-words.ts'

/** A claimed run with its state and the contact's address as we would write to it. */
export interface LoadedRun {
  readonly run: ClaimedRun
  readonly state: RunState
  readonly address: string | undefined
  readonly suppression: string | undefined
  /** HubSpot has told something about the deal or the contact that is not handled yet. */
  readonly hasNews: boolean
  /** The account's; null when HubSpot named none. */
  readonly portalTimeZone: string | null
  /** The id of the variant whose subject and body stand in the step; null for a step without any. */
  readonly variant: string | null
  /** See `selectClosedStages`. */
  readonly closedStages: ReadonlySet<string>
  /** Only for a step without a subject. */
  readonly earlier: readonly EarlierMail[]
}

export interface LoadedBatch {
  readonly portal: PortalState
  readonly labels: ReadonlyMap<string, string>
  readonly senders: SenderChoices
  /** For how many hours after its time a mail makes sense. */
  readonly sensibleHours: number
  /** When a restored backup was noticed last; null: never. */
  readonly restoredAt: Temporal.Instant | null
  readonly runs: readonly LoadedRun[]
}

/** Reads all that a batch of runs needs, in one transaction. Undefined for a portal that is gone. */
export async function loadRuns(
  deps: Pick<Deps, 'db' | 'settings'>,
  portalId: number,
  runs: readonly ClaimedRun[],
): Promise<LoadedBatch | undefined> {
  return inPortal(deps.db, portalId, async (trx) => {
    const portal = await selectPortalState(trx, portalId)
    if (!portal) return undefined
    const labels = await selectLabels(trx, portalId)
    const closedStages = await selectClosedStages(trx, portalId)
    const states = await selectRunStates(
      trx,
      portalId,
      runs.map((run) => run.id),
    )
    const byId = new Map(states.map((state) => [state.runId, state]))
    const addresses = new Map(states.map((state) => [state.runId, normalizeAddress(state.contact.email ?? '')]))
    const known = [...addresses.values()].filter((address) => address !== undefined)
    const suppressions = await findSuppressions(trx, portalId, [...new Set(known)])
    const dealIds = new Set(states.map((state) => state.dealId))
    const contactIds = new Set(states.map((state) => state.contact.contactId))
    const news = await listNews(trx, portalId, [...dealIds], [...contactIds])
    const worded = runs.flatMap((run) => {
      const stored = byId.get(run.id)
      return stored ? [{ run, ...withWords(portalId, run.enrollmentId, stored) }] : []
    })
    const earlier = await selectEarlierMails(trx, portalId, continuing(worded))
    const loaded = worded.map(({ run, state, variant }): LoadedRun => {
      const address = addresses.get(run.id)
      return {
        run,
        state,
        address,
        suppression: address === undefined ? undefined : suppressions.get(address),
        hasNews: news.deals.has(state.dealId) || news.contacts.has(state.contact.contactId),
        portalTimeZone: portal.timeZone,
        variant,
        closedStages,
        earlier: earlier.get(run.id) ?? [],
      }
    })
    const { sensibleHours } = await readRules(trx, portalId)
    const senders = await readChoices(deps, trx, portalId)
    return { portal, labels, senders, sensibleHours, restoredAt: await findRestoredAt(trx), runs: loaded }
  })
}

/** Of those whose step has no subject. */
function continuing(runs: readonly Pick<LoadedRun, 'run' | 'state'>[]): Continuing[] {
  return runs
    .filter(({ state: { step } }) => step?.kind === 'email' && !step.subject.trim())
    .map(({ run: { id, enrollmentId, stepId, resend } }) => ({
      runId: id,
      enrollmentId,
      again: resend ? stepId : null,
    }))
}
