import type { PortalContext } from '#core/context.ts'
import type { AppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { listActivity } from '#modules/activity/list-activity.ts'
import { listDecisions } from '#modules/event-log/list-decisions.ts'
import { getStageLabels } from '#modules/pipelines/get-stage-labels.ts'
import { listPlacesOfDeal } from '#modules/places/list-places-of-deal.ts'
import { findSuppressions } from '#modules/suppressions/find-suppressions.ts'
import type { DealCard, DealContact } from '#shared/contract/enrollment.ts'
import { describeContact } from './describe-contact.ts'
import { describeEnrollment, type EnrollmentFacts } from './describe-enrollment.ts'
import { describeStageStart } from './describe-stage-start.ts'
import { readSenderWords } from './read-sender-words.ts'
import {
  findConnection,
  findDeal,
  listContacts,
  listEnrollments,
  listOpenRuns,
  listOutlines,
  listStartable,
} from './repository.ts'
import { findMappedStage } from './stage-repository.ts'
import { type SyncDeal, trySync } from './try-sync.ts'
import { hasWork } from './work-repository.ts'

/** How old our copy of a deal may be before a card asks HubSpot. */
const FRESH = Temporal.Duration.from({ seconds: 60 })
const DECISIONS = 20
const ACTIVITIES = 30

/**
 * All that the card of a deal shows. Asks HubSpot when the deal is unknown or our copy is a minute old; when HubSpot does not
 * answer it shows what is stored and says so. Throws `not_found` for a deal that neither of us has.
 */
export async function getDealCard(
  deps: Deps,
  portal: PortalContext,
  dealId: string,
  syncDeal: SyncDeal,
): Promise<DealCard> {
  const { portalId } = portal
  const { status, stored } = await inPortal(deps.db, portalId, async (trx) => ({
    status: (await findConnection(trx, portalId))?.status,
    stored: await findDeal(trx, portalId, dealId),
  }))
  // Of a deal that HubSpot did not have we keep no more than that: it counts as unknown.
  const known = stored?.pipelineId ? stored : undefined
  const stale = !known || Temporal.Instant.compare(known.readAt.add(FRESH), deps.clock()) < 0
  const failure =
    status === 'connected' && stale ? await trySync(deps, portal, dealId, syncDeal, known !== undefined) : undefined
  return inPortal(deps.db, portalId, (trx) => readCard(deps, trx, portalId, dealId, failure))
}

async function readCard(
  deps: Pick<Deps, 'clock' | 'settings'>,
  trx: Trx,
  portalId: number,
  dealId: string,
  failure: AppError | undefined,
): Promise<DealCard> {
  const connection = await findConnection(trx, portalId)
  const status = connection?.status ?? 'disconnected'
  const connected = status === 'connected'
  const deal = await findDeal(trx, portalId, dealId)
  const ageSeconds = deal?.pipelineId ? deps.clock().since(deal.readAt).total('seconds') : undefined
  return {
    connection: status,
    connectionMessage: connected
      ? describeFailure(failure, ageSeconds)
      : (connection?.statusReason ?? 'Stagecue is not connected. Ask an admin to connect it in the app’s settings.'),
    deal: await readDeal(trx, portalId, dealId, deal),
    contacts: await readContacts(deps, trx, portalId, dealId, { connected, timeZone: connection?.timeZone ?? null }),
    sequences: await listStartable(trx, portalId),
    decisions: await listDecisions(trx, portalId, dealId, DECISIONS),
    activity: await listActivity(trx, portalId, dealId, ACTIVITIES),
    working: connected && (await hasWork(trx, portalId, dealId, deps.clock())),
  }
}

/** What is shown is what we knew before; `ageSeconds` is undefined when that was nothing. */
function describeFailure(error: AppError | undefined, ageSeconds: number | undefined): string | null {
  if (!error) return null
  if (error.retry) {
    // Silence, a 5xx and an answer nobody can read are one to whoever looks at the card.
    const why = error.retryAfterMs === undefined ? 'HubSpot gave no usable answer' : 'HubSpot cannot be asked just now'
    const what =
      ageSeconds === undefined ? 'the deal is not known yet' : `this is as it was ${describeAge(ageSeconds)} ago`
    return `${why}, so ${what}. Reload the card in a minute.`
  }
  if (error.code === 'hubspot_rejected') return `${error.message} What is shown may be out of date.`
  return 'HubSpot could not be asked, so this may be out of date. If it stays, tell whoever operates Stagecue.'
}

async function readDeal(
  trx: Trx,
  portalId: number,
  dealId: string,
  deal: Awaited<ReturnType<typeof findDeal>>,
): Promise<DealCard['deal']> {
  const name = deal?.name ?? `Deal ${dealId}`
  if (!deal?.pipelineId || !deal.stageId) {
    return { dealId, name, pipelineLabel: 'Unknown pipeline', stageLabel: 'Unknown stage', stageStarts: null }
  }
  const { pipelineId, stageId } = deal
  const labels = await getStageLabels(trx, portalId, [[pipelineId, stageId]])
  const { pipelineLabel, stageLabel } = labels(pipelineId, stageId)
  const mapped = await findMappedStage(trx, portalId, pipelineId, stageId)
  const stageStarts = mapped ? describeStageStart(mapped) : null
  return { dealId, name, pipelineLabel, stageLabel, stageStarts }
}

async function readContacts(
  deps: Pick<Deps, 'settings'>,
  trx: Trx,
  portalId: number,
  dealId: string,
  portal: Pick<EnrollmentFacts, 'connected' | 'timeZone'>,
): Promise<DealContact[]> {
  const describeSender = await readSenderWords(deps, trx, portalId, dealId)
  const enrollments = Map.groupBy(await listEnrollments(trx, portalId, dealId), ({ contactId }) => contactId)
  const runs = Map.groupBy(await listOpenRuns(trx, portalId, dealId), ({ enrollmentId }) => enrollmentId)
  const outlines = await listOutlines(trx, portalId, dealId)
  const places = await listPlacesOfDeal(trx, portalId, dealId)
  const contacts = await listContacts(trx, portalId, dealId)
  const addresses = contacts.flatMap(({ email }) => email ?? [])
  const suppressions = await findSuppressions(trx, portalId, addresses)
  return contacts.map((contact) => ({
    ...describeContact(contact, contact.email === null ? undefined : suppressions.get(contact.email)),
    place: places.get(contact.contactId) ?? null,
    enrollments: (enrollments.get(contact.contactId) ?? []).map((enrollment) =>
      describeEnrollment({
        enrollment,
        outline: outlines.get(`${enrollment.sequenceId}/${enrollment.version}`) ?? { steps: [], calendar: null },
        runs: runs.get(enrollment.id) ?? [],
        from: describeSender(enrollment),
        ...portal,
      }),
    ),
  }))
}

function describeAge(seconds: number): string {
  const minutes = Math.max(1, Math.round(seconds / 60))
  if (minutes < 120) return minutes === 1 ? 'a minute' : `${minutes} minutes`
  return minutes < 48 * 60 ? `${Math.round(minutes / 60)} hours` : `${Math.round(minutes / 60 / 24)} days`
}
