import { isAppError } from '#core/errors.ts'
import { inPortal } from '#db/in-portal.ts'
import { holdTurn, releaseLane, type Turn, takeTurn } from '#db/lanes.ts'
import { type Served, serveNextPortal } from '#db/serve-next-portal.ts'
import type { Deps } from '#deps'
import { playHistory } from '#modules/simulation/simulate.ts'
import { WHAT_IF } from './ask-what-if.ts'
import { buildReport, contactsIn, type StoredReport } from './build-report.ts'
import { readHistory } from './read-history.ts'
import { readSetting } from './read-setting.ts'
import { changeWhatIfRun, findRun, type WhatIfRun } from './repository.ts'

const DAYS = 90
/** Longer than the slowest honest answer: five thousand deals of HubSpot are two hundred calls and a minute of computing. */
const LEASE = Temporal.Duration.from({ minutes: 10 })

type AnswerDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'hubspot' | 'settings' | 'sleep' | 'stopping' | 'log' | 'metrics'>

/**
 * One pass over the next portal in which somebody asked what a draft would have done: reads the history, plays it, keeps the
 * report. Nothing is changed but that row, so an answer that was cut off by a crash is simply begun again.
 */
export function answerWhatIfs(
  deps: AnswerDeps,
  afterPortal: number,
  busy: Set<number> = new Set(),
): Promise<Served | undefined> {
  const next = { kind: WHAT_IF, afterPortal, now: deps.clock(), busy } as const
  return serveNextPortal(deps.db, next, async (portalId) => {
    const now = deps.clock()
    const lease = deps.ids()
    const turn = await takeTurn(deps.db, { kind: WHAT_IF, portalId, now, limit: 1, leaseUntil: now.add(LEASE), lease })
    for (const { key } of turn.lanes) await answerOne(deps, turn, key)
    return turn.lanes.length
  })
}

async function answerOne(deps: AnswerDeps, turn: Turn, sequenceId: string): Promise<void> {
  const { portalId } = turn
  const run = await inPortal(deps.db, portalId, (trx) => findRun(trx, portalId, sequenceId))
  const open = run?.status === 'waiting' || run?.status === 'reading'
  const answer = run && open ? await answerOrProblem(deps, portalId, run) : undefined
  await inPortal(deps.db, portalId, async (trx) => {
    if (run && answer && answer !== 'stopped') await changeWhatIfRun(trx, portalId, run, answer)
    if (!(await holdTurn(trx, WHAT_IF, turn)).has(sequenceId)) return
    // Another question may have been asked meanwhile; a process that ends leaves this one to the next.
    const latest = await findRun(trx, portalId, sequenceId)
    const again = latest?.status === 'waiting' || answer === 'stopped'
    await releaseLane(trx, WHAT_IF, portalId, sequenceId, again ? { dueAt: deps.clock() } : null)
  })
}

type Answer = Parameters<typeof changeWhatIfRun>[3]

async function answerOrProblem(deps: AnswerDeps, portalId: number, run: WhatIfRun): Promise<Answer | 'stopped'> {
  try {
    const report = await answer(deps, portalId, run)
    if (report === 'stopped') return report
    const { dealsRead, dealsFound } = report
    return { status: 'done', report: JSON.stringify(report), contactIds: contactsIn(report), dealsRead, dealsFound }
  } catch (error) {
    if (isAppError(error)) return { status: 'failed', problem: error.message }
    deps.log.error({ portalId, sequenceId: run.sequenceId, err: error }, 'what-if was not answered')
    deps.metrics.count('task_failures_total', { task: 'what if' })
    return { status: 'failed', problem: 'Stagecue failed on this question. The operator has the details in the log.' }
  }
}

async function answer(deps: AnswerDeps, portalId: number, run: WhatIfRun): Promise<StoredReport | 'stopped'> {
  const setting = await inPortal(deps.db, portalId, (trx) => readSetting(deps, trx, portalId, run))
  const to = deps.clock()
  const from = to.subtract({ hours: 24 * DAYS })
  const asked = {
    portalId,
    sequenceId: run.sequenceId,
    mappings: setting.mappings,
    sequences: setting.sequences,
    from,
    to,
  }
  const { history, found } = await readHistory(deps, asked, async (dealsRead, dealsFound) => {
    await inPortal(deps.db, portalId, (trx) =>
      changeWhatIfRun(trx, portalId, run, { status: 'reading', dealsRead, dealsFound }),
    )
  })
  const play = playHistory(setting, history)
  for (;;) {
    const turn = play.next()
    if (turn.done) return buildReport(turn.value, run.sequenceId, to, found)
    if (deps.stopping.aborted) return 'stopped'
    // Mails and webhooks of this process go first.
    await deps.sleep(0)
  }
}
