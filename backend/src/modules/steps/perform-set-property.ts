import { type PropertyWrite, writeProperties } from '#hubspot/properties-write.ts'
import type { SetPropertyStep } from '#shared/contract/sequence.ts'
import { afterOutage } from './backoff.ts'
import type { CheckedRun } from './check-before-send.ts'
import { describeMoment } from './describe-moment.ts'
import { fillText } from './fill-text.ts'
import { lacksScope } from './lacks-scope.ts'
import type { LoadedBatch } from './load-runs.ts'
import { MISSING_STEP, type Perform } from './performer.ts'
import type { Outcome, Settlement } from './settle-runs.ts'
import type { StepsDeps } from './steps-deps.ts'
import { valuesOf } from './values-of.ts'

const OBJECTS = { deal: 'deals', contact: 'contacts' } as const
const SCOPES = { deal: 'crm.objects.deals.write', contact: 'crm.objects.contacts.write' } as const

interface Due {
  readonly checked: CheckedRun
  readonly step: SetPropertyStep
  readonly write: PropertyWrite
}

/** Sets the property of each run's record in HubSpot. Doing it once more after a crash writes the same value. */
export const performSetProperty: Perform = async (deps, portal, batch, runs) => {
  const settlements: Settlement[] = []
  let waiting: Due[] = []
  for (const checked of runs) {
    const due = prepare(deps, portal.portalId, batch, checked)
    if ('kind' in due) settlements.push({ run: checked.run, outcome: due })
    else waiting.push(due)
  }
  while (waiting.length > 0) {
    const round = takeRound(waiting)
    waiting = waiting.filter((due) => !round.includes(due))
    settlements.push(...(await write(deps, portal.portalId, batch, round)))
  }
  return settlements
}

function prepare(deps: StepsDeps, portalId: number, batch: LoadedBatch, checked: CheckedRun): Due | Outcome {
  const { step, dealId, contact } = checked.state
  if (step?.kind !== 'set_property') return MISSING_STEP
  const lacking = lacksScope(batch.portal, SCOPES[step.object], `change ${OBJECTS[step.object]}`)
  if (lacking) return lacking
  const values = valuesOf(deps.settings, portalId, batch, checked)
  const value = fillText(step.value, values)
  if ('held' in value) return { kind: 'held', why: value.held }
  const id = step.object === 'deal' ? dealId : contact.contactId
  return { checked, step, write: { id, properties: { [step.property]: value.text } } }
}

/** As many as one call may carry: of one kind of record, and each record once, so that a later run's value wins. */
function takeRound(waiting: readonly Due[]): Due[] {
  const object = waiting[0]?.step.object
  const round = new Map<string, Due>()
  for (const due of waiting) {
    if (due.step.object === object && !round.has(due.write.id)) round.set(due.write.id, due)
  }
  return [...round.values()]
}

async function write(
  deps: StepsDeps,
  portalId: number,
  batch: LoadedBatch,
  round: readonly Due[],
): Promise<Settlement[]> {
  const [first] = round
  if (!first) return []
  const writes = round.map((due) => due.write)
  const result = await writeProperties(deps.hubspot, portalId, OBJECTS[first.step.object], writes, { halve: true })
  const written = new Set(result.written)
  const refused = new Map(result.refused.map(({ id, reason }) => [id, reason]))
  return round.map(({ checked, step, write: { id } }): Settlement => {
    const { run, state } = checked
    if (written.has(id)) return { run, outcome: outcomeOf(step) }
    const error = result.stoppedBy
    if (refused.has(id) || !error || error.code === 'hubspot_rejected') {
      const words = refused.get(id) ?? error?.message ?? 'HubSpot did not say whether it took the value.'
      return { run, outcome: { kind: 'held', why: `“${step.property}” was not set. ${words}` } }
    }
    const dueAt = afterOutage(deps.clock(), state.reachedAt, deps.random, error.retryAfterMs)
    const when = describeMoment(dueAt, batch.portal.timeZone)
    return {
      run,
      outcome: { kind: 'later', dueAt, why: `${error.message} The property is set at ${when}.`, onPurpose: true },
    }
  })
}

function outcomeOf({ property, object }: SetPropertyStep): Outcome {
  const what = `“${property}” of the ${object} was set`
  return { kind: 'moved_on', leadsTo: 'next', why: `${what} in HubSpot.`, told: what, happened: true }
}
