import type { SendFacts } from '#modules/deals/send-facts.ts'
import { judgeLateness } from '#modules/late-mails/judge-lateness.ts'
import { type DueMail, decideLimits } from '#modules/limits/decide-limits.ts'
import { type Limit, type LimitScope, usageKey } from '#modules/limits/limit.ts'
import { longestWindow } from '#modules/limits/longest-window.ts'
import { limitsOf } from '#modules/limits/rules.ts'
import { capsOf } from '#modules/senders/caps-of.ts'
import { outcomeOfDecision } from '#modules/steps/check-before-send.ts'
import { chooseWriter } from '#modules/steps/choose-writer.ts'
import { type Decision, decideBeforeSend, type RunState } from '#modules/steps/decide-before-send.ts'
import { NO_REPLY_ADDRESS } from '#modules/steps/draft-delivery.ts'
import { dueMailOf } from '#modules/steps/due-mail.ts'
import { OVER, outcomeOfWait } from '#modules/steps/outcome-of-wait.ts'
import { renderStep } from '#modules/steps/render-step.ts'
import type { StepSender } from '#modules/steps/sender.ts'
import type { Outcome } from '#modules/steps/settle-runs.ts'
import { readDeal } from './let-happen.ts'
import { isPerformed, performSimulatedSteps } from './perform-simulated-steps.ts'
import { settleSimulatedRun } from './settle-simulated-run.ts'
import type { SimulatedMail, SimulatedRun, SimulatedWorld } from './simulated-world.ts'
import { askHubSpot, stateOf, suppressionAt } from './state-of-run.ts'
import { plan, putOff, reachStep } from './walk-steps.ts'

/**
 * One pass over due runs, in due order, as a worker makes it: waits first, then every mail is checked, then HubSpot is asked,
 * then the mail is filled, then the limits decide which go. Every decision is one of the functions that decide live.
 */
export function sendSimulatedBatch(world: SimulatedWorld, runs: readonly SimulatedRun[]): void {
  finishWaits(
    world,
    runs.filter(({ kind }) => kind === 'wait'),
  )
  const mails = runs.filter(({ kind }) => kind === 'email').map((run) => ({ run, checked: check(world, run) }))
  const drafts: Draft[] = []
  for (const { run, checked } of mails) {
    if ('due' in checked) drafts.push(checked)
    else settleSimulatedRun(world, run, checked)
  }
  for (const draft of admit(world, drafts)) send(world, draft)
  performSimulatedSteps(
    world,
    runs.filter(({ kind }) => isPerformed(kind)),
  )
}

function finishWaits(world: SimulatedWorld, waits: readonly SimulatedRun[]): void {
  const isDated = (run: SimulatedRun) => {
    const step = run.enrollment.sequence.definition.steps[run.position]
    return step?.kind === 'wait' && 'until' in step && step.until === 'deal_date'
  }
  for (const run of waits) if (!isDated(run)) settleSimulatedRun(world, run, OVER)
  for (const run of waits) {
    if (!isDated(run)) continue
    const deal = world.deals.get(run.enrollment.dealId)
    if (deal) readDeal(deal)
    settleSimulatedRun(world, run, outcomeOfWait(plan(world, run.enrollment, run.position, null), world.now))
  }
}

interface Draft {
  readonly run: SimulatedRun
  readonly due: DueMail
  readonly sender: StepSender
  readonly recipient: string
  readonly subject: string
}

/** A mail that nothing but a limit can keep back, or what becomes of it instead. */
function check(world: SimulatedWorld, run: SimulatedRun): Draft | Outcome {
  const state = stateOf(world, run)
  const decision = decide(world, state, undefined)
  const late = decision.kind === 'send' || decision.kind === 'put_off' ? lateness(world, run) : undefined
  if (late) return { kind: 'held', why: late.why }
  if (decision.kind !== 'send') return outcomeOfDecision(decision, world.now)
  const told = askHubSpot(world, run)
  const again = decide(world, state, told)
  if (again.kind !== 'send') return outcomeOfDecision(again, world.now)
  const recipient = world.contacts.get(run.enrollment.contactId)?.address
  if (!recipient) return { kind: 'held', why: 'The contact has no valid e-mail address.' }
  const { portalId, portal, labels, senders } = world.setting
  const writer = chooseWriter({ mailDomain: senders.mailDomain }, portalId, { portal, senders }, { state, told })
  if ('held' in writer) return { kind: 'held', why: writer.held }
  const { sender } = writer
  if (!sender.replyTo) return { kind: 'held', why: NO_REPLY_ADDRESS }
  const rendered = renderStep({ state, told, earlier: run.enrollment.subjects }, { portal, labels, sender })
  if (typeof rendered === 'string') return { kind: 'held', why: rendered }
  const due = dueMailOf({ run: { id: state.runId }, state }, recipient, portalId, sender)
  return { run, due, sender, recipient, subject: rendered.subject }
}

function decide(world: SimulatedWorld, state: RunState, told: SendFacts | undefined): Decision {
  const contact = world.contacts.get(state.personId)
  return decideBeforeSend(state, {
    resend: false,
    address: contact?.address,
    suppression: suppressionAt(world, state.personId),
    told,
    closedStages: world.setting.closedStages,
    portalTimeZone: world.setting.portal.timeZone,
    now: world.now,
  })
}

function lateness(world: SimulatedWorld, { plannedFor, waitedUntil }: SimulatedRun) {
  const { rules, portal } = world.setting
  const { sensibleHours } = rules
  const facts = { now: world.now, sensibleHours, restoredAt: null, timeZone: portal.timeZone }
  return judgeLateness({ plannedFor, waitedUntil, approvedAt: null }, facts)
}

/** Which of the mails the limits let go now; the others wait. As `admitMails`. */
function admit(world: SimulatedWorld, drafts: readonly Draft[]): readonly Draft[] {
  const limits = limitsFor(
    world,
    drafts.map(({ due }) => due),
  )
  if (limits.length === 0 || drafts.length === 0) return drafts
  const { now, setting } = world
  const since = now.subtract(longestWindow(limits))
  const usage = new Map<string, { readonly at: Temporal.Instant; readonly count: number }[]>()
  for (const { due } of drafts) {
    for (const name of namesOf(due, limits)) {
      if (usage.has(name)) continue
      // The newest are last: nothing before the first that is too old counts.
      const counted = world.usage.get(name) ?? []
      const young = counted.findLastIndex(({ at }) => Temporal.Instant.compare(at, since) <= 0) + 1
      if (young < counted.length) usage.set(name, counted.slice(young))
    }
  }
  const mails = drafts.map(({ due }) => due)
  const decisions = decideLimits(mails, { limits, usage, now, timeZone: setting.portal.timeZone })
  return drafts.filter(({ run, due }) => {
    const decision = decisions.get(due.id)
    if (decision?.kind !== 'later') return true
    world.deferred.push({ run, at: now, until: decision.until, why: decision.why })
    putOff(world, run, decision.until, decision.why)
    return false
  })
}

/** The account's limits, and the caps of those who write these mails. */
function limitsFor({ setting, now }: SimulatedWorld, mails: readonly DueMail[]): readonly Limit[] {
  const { rules, senders, domainCaps: domains, portal } = setting
  return [
    ...limitsOf(rules),
    ...capsOf({ senders: senders.senders, domains }, mails, { now, timeZone: portal.timeZone }),
  ]
}

/** Only what a limit asks for, and the sequences, of which the one that was served longest ago begins. */
function namesOf({ keys }: DueMail, limits: readonly Limit[]): string[] {
  return (Object.entries(keys) as [LimitScope, string][]).flatMap(([scope, key]) =>
    scope === 'sequence' || limits.some((limit) => limit.scope === scope) ? usageKey(scope, key) : [],
  )
}

function send(world: SimulatedWorld, { run, due, sender, recipient, subject }: Draft): void {
  const { enrollment, position, stepId, why } = run
  const at = world.now
  const limits = limitsFor(world, [due])
  const served = usageKey('sequence', enrollment.sequence.id)
  for (const name of namesOf(due, limits)) {
    // Of a sequence without a limit of its own only its last mail matters.
    const isTurn = name === served && !limits.some(({ scope }) => scope === 'sequence')
    const counted = isTurn ? [] : (world.usage.get(name) ?? [])
    counted.push({ at, count: 1 })
    world.usage.set(name, counted)
  }
  const mail: SimulatedMail = { enrollment, stepId, position, at, sender: sender.address, recipient, subject, why }
  enrollment.lastSenderId = sender.id
  world.mails.push(mail)
  world.lastMail.set(enrollment.contactId, mail)
  enrollment.subjects.push({ messageId: '', subject })
  trigger(world, enrollment.subjects.length)
  run.status = 'sent'
  reachStep(world, enrollment, position + 1)
}

function trigger(world: SimulatedWorld, mail: number): void {
  for (const { after, happens } of world.triggers.filter((one) => one.mail === mail)) {
    const at = world.now.add(after).epochMilliseconds
    const rank = 'dealId' in happens ? 0 : 1
    world.queue.push({ at, rank, order: world.queued++, what: 'happens', happens })
  }
}
